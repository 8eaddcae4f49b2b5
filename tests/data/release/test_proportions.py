"""Shares compared: values of published examples, and what they promise held against brute force."""

import math

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact, norm

from data.release.proportions import ALPHA, POWER, Z_ALPHA, Z_POWER, Share, difference, needed


@pytest.mark.parametrize(
    ("now", "was", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
    ],
)
def test_intervals_are_newcombes(now: tuple[int, int], was: tuple[int, int], low: float, high: float) -> None:
    found = difference(Share(*now), Share(*was))
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_lady_tasting_tea() -> None:
    """Fisher 1935: three of four cups right is no proof; all four would be, at 1 in 70 on either side."""
    three, four = difference(Share(3, 4), Share(1, 4)), difference(Share(4, 4), Share(0, 4))
    assert three is not None
    assert four is not None
    assert three.p == pytest.approx(34 / 70)
    assert four.p == pytest.approx(2 / 70)


def test_a_share_of_nothing_is_compared_with_none() -> None:
    assert difference(Share(0, 0), Share(3, 4)) is None
    assert difference(Share(3, 4), Share(0, 0)) is None


def test_the_quantiles_are_those_of_alpha_and_power() -> None:
    assert pytest.approx(norm.ppf([1 - ALPHA / 2, POWER]), abs=1e-6) == [Z_ALPHA, Z_POWER]


@pytest.mark.parametrize(("was", "effect", "ratio"), [(0.5, 0.4, 1.0), (0.8, 0.4, 2.0)])
def test_the_sample_finds_the_effect_as_often_as_promised(was: float, effect: float, ratio: float) -> None:
    """The exact test's power at that size, added up over everything that may come out."""
    size = needed(was, effect, ratio)
    others = math.ceil(ratio * size)
    becomes = was + effect if was < 0.5 else was - effect
    chances = np.outer(
        binom.pmf(np.arange(size + 1), size, becomes), binom.pmf(np.arange(others + 1), others, was)
    )
    power = sum(
        chances[a, b]
        for a, b in np.argwhere(chances > 1e-6)
        if fisher_exact([[a, size - a], [b, others - b]]).pvalue < ALPHA
    )
    assert POWER - 0.02 < power < POWER + 0.07  # an exact test goes in steps


def test_half_the_effect_needs_about_four_times_as_many() -> None:
    assert needed(0.7, 0.05, 9) / needed(0.7, 0.1, 9) == pytest.approx(4, rel=0.15)
