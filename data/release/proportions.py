"""Two shares compared: is there a difference, how large is it, and how many must be asked to find one.

Fisher's exact test (`scipy.stats.fisher_exact`, two-sided): it holds for the few conversations that a small
share brings, where chi-square does not. The interval of the difference is Newcombe's hybrid of two Wilson
intervals (1998, method 10, https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I).
Sample sizes are those of Fleiss, Tytun & Ury (1980, https://doi.org/10.2307/2529990), whose correction for
continuity stands for the exact test's caution.
"""

import math
from dataclasses import dataclass

ALPHA = 0.05  # chance of calling a difference what is none, two-sided
POWER = 0.8  # chance of noticing one that is there
Z_ALPHA, Z_POWER = 1.959964, 0.841621  # quantiles of the normal distribution at 1 - ALPHA / 2 and POWER


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class Difference:
    """A share less another one, the interval that holds it 95 times in 100, and Fisher's p."""

    value: float
    low: float
    high: float
    p: float


def difference(now: Share, was: Share) -> Difference | None:
    """Return how two independent shares differ; None where one is of nothing."""
    if now.value is None or was.value is None:
        return None
    from scipy.stats import binomtest, fisher_exact  # takes a second to load, which no start should wait for

    p = fisher_exact([[s.count, s.of - s.count] for s in (now, was)]).pvalue
    (l1, u1), (l2, u2) = (
        binomtest(s.count, s.of).proportion_ci(1 - ALPHA, method="wilson") for s in (now, was)
    )
    value = now.value - was.value
    low = value - math.hypot(now.value - l1, u2 - was.value)
    high = value + math.hypot(u1 - now.value, was.value - l2)
    return Difference(value, float(low), float(high), float(p))


def needed(was: float, effect: float, ratio: float) -> int:
    """Return how many must be asked to find a change by `effect`, beside `ratio` times as many others.

    The change is taken towards one half, where shares vary more: the greater sample.
    """
    becomes = was + effect if was < 0.5 else was - effect
    middle = (becomes + ratio * was) / (1 + ratio)
    spread = Z_ALPHA * math.sqrt((1 + 1 / ratio) * middle * (1 - middle))
    spread += Z_POWER * math.sqrt(becomes * (1 - becomes) + was * (1 - was) / ratio)
    plain = (spread / effect) ** 2
    corrected = plain / 4 * (1 + math.sqrt(1 + 2 * (ratio + 1) / (plain * ratio * effect))) ** 2
    return math.ceil(corrected)
