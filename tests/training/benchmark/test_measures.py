"""Every figure by hand, and against scikit-learn where it has it."""

import numpy as np
import pytest
from sklearn import metrics

from bot.classifier import Floats, Ints
from training.benchmark.measures import (
    accuracy,
    area_under_risk_coverage,
    auroc,
    limit_refusing,
    macro_f1,
    matthews,
    reliability,
    right_of,
    risk_coverage,
    share,
)
from training.benchmark.split import OUTSIDE

TRUTH = np.array([0, 0, 1, 1, 2, OUTSIDE])
BEST = np.array([0, 1, 1, 1, 0, 0])


def drawn(seed: int, n: int = 300, intents: int = 7) -> tuple[Ints, Ints, Floats]:
    """Return truth, predictions that are often right, and scores with many ties."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(OUTSIDE, intents, n)
    guess = rng.integers(0, intents, n)
    best = np.where((rng.random(n) < 0.7) & (truth != OUTSIDE), truth, guess)
    return truth, best, rng.integers(0, 20, n).astype(np.float32) / 20


def test_accuracy_by_hand() -> None:
    assert accuracy(TRUTH, BEST) == 3 / 5  # the message out of scope does not count


def test_macro_f1_by_hand() -> None:
    """Intent 0: one of two found, one of two given is right; 1: two of two, two of three; 2: none."""
    assert macro_f1(TRUTH, BEST) == pytest.approx((0.5 + 0.8 + 0) / 3)


def test_matthews_by_hand() -> None:
    """Two classes: three right of four and one of two, as (tp·tn − fp·fn) / √(…) says."""
    truth, predicted = np.array([0, 0, 0, 0, OUTSIDE, OUTSIDE]), np.array([0, 0, 0, OUTSIDE, OUTSIDE, 0])
    assert matthews(truth, predicted) == pytest.approx((3 * 1 - 1 * 1) / np.sqrt(4 * 4 * 2 * 2))


def test_auroc_by_hand() -> None:
    """Of six pairs three are the right way round and one is a tie."""
    score = np.array([0.9, 0.5, 0.2, 0.5, 0.6], np.float32)
    inside = np.array([True, True, True, False, False])
    assert auroc(score, inside) == pytest.approx((2 + 0.5) / 6)


@pytest.mark.parametrize("inside", [True, False])
def test_auroc_of_one_kind_is_none(inside: bool) -> None:
    assert auroc(np.ones(3, np.float32), np.full(3, inside)) is None


@pytest.mark.parametrize("seed", range(5))
def test_figures_as_scikit_learn_has_them(seed: int) -> None:
    truth, best, score = drawn(seed)
    inside = truth != OUTSIDE
    refusing = np.where(score < 0.3, OUTSIDE, best)
    assert accuracy(truth, best) == pytest.approx(metrics.accuracy_score(truth[inside], best[inside]))
    assert macro_f1(truth, best) == pytest.approx(
        metrics.f1_score(truth[inside], best[inside], average="macro")
    )
    assert matthews(truth, refusing) == pytest.approx(metrics.matthews_corrcoef(truth, refusing))
    assert auroc(score, inside) == pytest.approx(metrics.roc_auc_score(inside, score))


def test_a_constant_prediction_correlates_with_nothing() -> None:
    assert matthews(TRUTH, np.zeros(6, int)) == 0


def test_right_by_hand() -> None:
    assert right_of(TRUTH, BEST).tolist() == [True, False, True, True, False, False]


def test_a_limit_refuses_no_more_than_its_share() -> None:
    score = np.linspace(0, 1, 41).astype(np.float32)[::-1]  # 5 % of 41 are 2
    limit = limit_refusing(0.05, score)
    assert (score < limit).sum() == 2
    assert limit_refusing(0, score) == 0


def test_a_limit_among_equals_refuses_fewer() -> None:
    assert limit_refusing(0.5, np.array([0.1, 0.4, 0.4, 0.4], np.float32)) == pytest.approx(0.4)


@pytest.mark.parametrize(("count", "refused"), [(20, 1), (40, 2), (60, 3), (100, 5), (19, 0)])
def test_a_limit_of_whole_numbers_is_exact(count: int, refused: int) -> None:
    score = np.arange(count, dtype=np.float32)
    assert (score < limit_refusing(0.05, score)).sum() == refused


def test_risk_and_coverage_by_hand() -> None:
    confidence = np.array([0.2, 0.9, 0.8, 0.4], np.float32)
    right = np.array([False, True, False, True])
    coverage, risk = risk_coverage(confidence, right)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert area_under_risk_coverage(confidence, right) == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equally_sure_messages_count_in_any_order() -> None:
    right = np.array([True, True, False, False])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        _, risk = risk_coverage(np.full(4, 0.5, np.float32), right[order])
        assert risk.tolist() == [0.5] * 4


@pytest.mark.parametrize("seed", range(3))
def test_the_area_is_that_of_brute_force(seed: int) -> None:
    """Without ties: the mean over all limits of the share of errors above it."""
    rng = np.random.default_rng(seed)
    confidence, right = rng.permutation(50).astype(np.float32), rng.random(50) < 0.6
    risks = [(~right[confidence >= limit]).mean() for limit in confidence]
    assert area_under_risk_coverage(confidence, right) == pytest.approx(np.mean(risks))


def test_reliability_by_hand() -> None:
    confidence = np.array([0.05, 0.95, 1.0, 0.91], np.float32)
    bins = reliability(confidence, np.array([False, True, True, False]))
    assert [count for _, _, count in bins] == [1, 3]
    assert bins[1][0] == pytest.approx((0.95 + 1.0 + 0.91) / 3)
    assert bins[1][1] == pytest.approx(2 / 3)


def test_a_share_of_nothing_is_none() -> None:
    assert share(np.zeros(0, bool)) is None
    assert share(np.array([True, False])) == 0.5
