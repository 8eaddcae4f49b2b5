"""Fit temperature and thresholds per language, so that confidence means something."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from bot.classifier import LEFT_OUT, LIKELIER_THAN_NOT, Floats, Thresholds, softmax
from training.fit_mood import MoodFigures

MAX_REFUSED = 0.04  # share of in-scope messages that may be refused
TOO_FEW = 200  # messages of a language, under which nothing is fitted to them
FEW_OUTSIDE = 20  # messages out of scope, of which neither gate nor thresholds say anything
STAND_IN = 0.25  # what a stand-in weighs beside a message in scope: a fifth of what comes is out of scope


@dataclass(frozen=True)
class HeldOut:
    """Predictions for messages that the predicting head has not seen."""

    labels: tuple[str, ...]  # intents, and out_of_scope last
    languages: NDArray[np.str_]
    truth: Sequence[set[str]]  # intents of each message; empty means out of scope
    margins: Floats  # (n, intents)
    in_scope: Floats  # (n,)
    stand_ins: frozenset[str] = frozenset()  # languages where left-out intents stand for out of scope
    mood: Mapping[str, MoodFigures] = field(default_factory=dict)  # of a language's held-out messages

    @property
    def inside(self) -> NDArray[np.bool_]:
        return np.array([bool(t) for t in self.truth])

    @property
    def weights(self) -> Floats:
        """What each message counts where answers that are wrong are counted: stand-ins are too many."""
        stand_in = np.isin(self.languages, sorted(self.stand_ins)) & ~self.inside
        return np.where(stand_in, STAND_IN, 1.0).astype(np.float32)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the likeliest intent is one of the message's."""
        best = self.margins.argmax(1)
        return np.array([self.labels[b] in t for b, t in zip(best, self.truth, strict=True)])

    def of(self, language: str) -> "HeldOut":
        keep = self.languages == language
        truth = [t for t, k in zip(self.truth, keep, strict=True) if k]
        margins, in_scope = self.margins[keep], self.in_scope[keep]
        return HeldOut(self.labels, self.languages[keep], truth, margins, in_scope, self.stand_ins, self.mood)

    def replaced_by(self, other: "HeldOut", at_least: int) -> "HeldOut":
        """Return `other` for the languages in which it says enough, and this for the rest.

        Enough are `at_least` messages, `FEW_OUTSIDE` of them out of scope.
        """
        languages, counts = np.unique(other.languages, return_counts=True)
        outside = Counter(other.languages[~other.inside].tolist())
        enough = {la for la in languages[counts >= at_least].tolist() if outside[la] >= FEW_OUTSIDE}
        parts = [other.of(language) for language in sorted(enough)]
        parts += [self.of(language) for language in sorted(set(self.languages) - enough)]
        return HeldOut(
            self.labels,
            np.concatenate([p.languages for p in parts]),
            [t for p in parts for t in p.truth],
            np.concatenate([p.margins for p in parts]),
            np.concatenate([p.in_scope for p in parts]),
            self.stand_ins - enough,
            self.mood,
        )


def fit_thresholds(held_out: HeldOut, max_wrong_answers: float) -> dict[str, Thresholds]:
    """Return thresholds per language; a language with too few messages keeps the safe defaults."""
    return {
        str(language): _fit(held_out.of(language), max_wrong_answers)
        for language in np.unique(held_out.languages)
    }


def _fit(held_out: HeldOut, max_wrong_answers: float) -> Thresholds:
    if len(held_out.truth) < TOO_FEW or (~held_out.inside).sum() < FEW_OUTSIDE:
        return Thresholds()
    inside, right = held_out.inside, held_out.right
    stand_ins = bool(held_out.stand_ins & set(held_out.languages))
    temperature = fit_temperature(held_out.margins[inside], right[inside])
    # how many in-scope messages may be refused says nothing of stand-ins: they are nearer than most of what
    # customers send. Refused is where the gate, fitted to as many of either, would find them likelier
    refuse_below = 1 / (1 + STAND_IN) if stand_ins else _refuse_below(held_out.in_scope, inside)
    confidence = softmax(held_out.margins / temperature).max(1) * held_out.in_scope
    kept = held_out.in_scope >= refuse_below
    return Thresholds(
        temperature=temperature,
        accept_at=_accept_at(confidence[kept], right[kept], held_out.weights[kept], max_wrong_answers),
        refuse_below=refuse_below,
        basis=LEFT_OUT if stand_ins else "held-out messages",
    )


def fit_temperature(margins: Floats, right: NDArray[np.bool_]) -> float:
    """Return the softmax temperature with the best log-likelihood of the top intent being right.

    Guo et al. 2017, https://arxiv.org/abs/1706.04599, on the top label: a message may have two intents.
    """

    def loss(log_temperature: float) -> float:
        top = softmax(margins / np.exp(log_temperature)).max(1).clip(1e-6, 1 - 1e-6)
        return float(-np.where(right, np.log(top), np.log(1 - top)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 2), method="bounded").x))


def _refuse_below(in_scope: Floats, inside: NDArray[np.bool_]) -> float:
    """Return the limit under which most out-of-scope and at most `MAX_REFUSED` in-scope messages lie.

    Of those limits the difference of the two shares (Youden 1950) says how good one is. It is flat around its
    best, where a handful of messages decides: of all limits within one standard error of the best, the
    middle one is taken.
    """
    limits = np.unique(in_scope[inside])
    refused = np.searchsorted(np.sort(in_scope[inside]), limits) / inside.sum()
    caught = np.searchsorted(np.sort(in_scope[~inside]), limits) / (~inside).sum()
    gain = np.where(refused <= MAX_REFUSED, caught - refused, -1.0)
    share = caught[gain.argmax()]
    error = np.sqrt(share * (1 - share) / (~inside).sum())
    good = limits[gain >= gain.max() - error]
    return float(good[len(good) // 2])


def _accept_at(confidence: Floats, right: NDArray[np.bool_], weights: Floats, max_wrong: float) -> float:
    """Return the lowest confidence from which on at most `max_wrong` of the answers, by weight, are wrong.

    Not below one half: the share is kept by the many sure answers, and a customer whose message is likelier
    something else is better asked.
    """
    order = np.argsort(-confidence)
    wrong = np.cumsum((weights * ~right)[order]) / np.cumsum(weights[order])
    last_of_equals = np.append(np.diff(confidence[order]) < 0, True)  # no limit falls between equals
    fine = np.flatnonzero((wrong <= max_wrong) & last_of_equals)
    return max(float(confidence[order[fine[-1]]]), LIKELIER_THAN_NOT) if len(fine) else 1.0


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the mean gap between confidence and accuracy over equal-width bins, weighted by their size."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[which == b].mean() - right[which == b].mean()) * (which == b).mean()
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(gaps))
