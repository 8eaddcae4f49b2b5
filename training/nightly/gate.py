"""The gate: what must hold before a candidate may go live, each with its reason, per language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scipy.stats import binomtest

from training.nightly.exam import GOLDEN, REVIEWED, Case, Exam, Judged
from training.nightly.options import Limits

Row = tuple[Case, Judged, Judged]
FEW_OF_INTENT = 5  # messages, under which an intent's share says nothing
LOST = 3  # more messages of an intent wrong than before, from which it may be said to collapse
KEEPS = 0.5  # of its former share, under which it does


@dataclass(frozen=True)
class Check:
    """One thing the gate looks at; `language` is empty where it holds for all."""

    check: str
    language: str
    passed: bool
    text: str
    live: float | None = None
    candidate: float | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Compared:
    """A share of the live release and of the candidate on the same `n` messages.

    Of wrong answers, `n` are those that the candidate gave; `better` and `worse` are of all `asked`.
    """

    live: float
    candidate: float
    n: int
    better: int = 0
    worse: int = 0
    p: float = 1.0  # of McNemar's exact test that the candidate is worse
    asked: int | None = None  # where that is not n


def figures(exam: Exam, languages: Sequence[str]) -> dict[str, dict[str, Compared]]:
    """Return per language what the report shows beside the live release."""
    found: dict[str, dict[str, Compared]] = {}
    for language in languages:
        rows = exam.rows(language, GOLDEN, REVIEWED)
        golden = exam.rows(language, GOLDEN)
        inside = [row for row in golden if row[0].wanted]
        outside = [row for row in golden if not row[0].wanted]
        shares = {
            "golden": _compared(golden, _right),
            "top_intent": _compared(inside, _right),
            "in_scope_refused": _refused(inside),
            "out_of_scope_refused": _compared(outside, _right),
            "acted_on": _compared(inside, lambda case, judged: judged.acted is not None),
            "wrong_answers": _wrong_answers(rows),
            "reviewed": _compared(exam.rows(language, REVIEWED), _right),
            "misspelt": _compared(exam.rows(language, "misspelt"), _right),
            "several": _compared(exam.rows(language, "several"), _right),
        }
        found[language] = {name: share for name, share in shares.items() if share.n}
    return found


def gate(
    exam: Exam,
    shares: Mapping[str, Mapping[str, Compared]],
    limits: Limits,
    sizes: tuple[float, float],
    latency: tuple[float, float],
    held_out: Mapping[str, tuple[float, float, int]],
) -> list[Check]:
    """Return everything that was looked at.

    `sizes` in MB and `latency` in milliseconds are the live release's and the candidate's. `held_out` has for
    each language both accuracies in training and on how many messages: it decides where a desk has no tests.
    """
    checks: list[Check] = []
    for language, of in shares.items():
        for name in ("golden", "reviewed"):
            if name in of:
                checks.append(_not_worse(name, language, of[name], limits.significance))
        if "golden" not in of and language in held_out:
            checks.append(_held_out(language, *held_out[language]))
        checks += _within(language, of, limits)
    checks += _collapsing(exam)
    checks += _scripted(exam, limits.scripted)
    checks.append(_bounded("latency", "ms a message", *latency, limits.slower))
    checks.append(_bounded("size", "MB", *sizes, limits.larger))
    return checks


def _not_worse(name: str, language: str, share: Compared, significance: float) -> Check:
    """Compare paired answers by McNemar's exact test (1947), one-sided."""
    passed = not (share.worse > share.better and share.p < significance)
    title = "golden set" if name == "golden" else "reviewed messages it has not learned from"
    text = (
        f"{title}: {share.live:.1%} → {share.candidate:.1%} of {share.n}; {share.better} better, "
        f"{share.worse} worse (McNemar p = {share.p:.3f})"
    )
    return Check(name, language, passed, text, share.live, share.candidate, significance)


def _held_out(language: str, live: float, candidate: float, n: int) -> Check:
    spread = 2 * float((max(live * (1 - live), 1e-9) / max(n, 1)) ** 0.5)
    text = f"held-out messages (the desk has no tests): {live:.1%} → {candidate:.1%} of {n}"
    return Check("held_out", language, candidate >= live - spread, text, live, candidate, live - spread)


def _within(language: str, of: Mapping[str, Compared], limits: Limits) -> Iterator[Check]:
    """Yield whether the operator's limits hold.

    A share beyond its limit keeps a candidate out where it is so beyond chance, or has risen beyond chance.
    Where the live release is surely beyond it already, only the latter: else nothing could bring it nearer.
    """
    if refused := of.get("out_of_scope_refused"):
        least = limits.out_of_scope_refused
        beyond = _surely_above(1 - refused.candidate, 1 - least, refused.n)
        before = _surely_above(1 - refused.live, 1 - least, refused.n)
        passed, why = _beyond(refused.candidate < least, beyond, before, refused.p, limits)
        text = (
            f"out of scope refused: {refused.live:.1%} → {refused.candidate:.1%} of {refused.n}, "
            f"{least:.0%} wanted{why}"
        )
        yield Check("out_of_scope_refused", language, passed, text, refused.live, refused.candidate, least)
    if wrong := of.get("wrong_answers"):
        most = limits.wrong_answers
        beyond = _surely_above(wrong.candidate, most, wrong.n)
        before = _surely_above(wrong.live, most, wrong.n)
        passed, why = _beyond(wrong.candidate > most, beyond, before, wrong.p, limits)
        text = (
            f"wrong answers: {wrong.live:.1%} → {wrong.candidate:.1%} of the {wrong.n} given, "
            f"{most:.1%} at most{why}"
        )
        yield Check("wrong_answers", language, passed, text, wrong.live, wrong.candidate, most)


def _beyond(missed: bool, beyond: bool, before: bool, p: float, limits: Limits) -> tuple[bool, str]:
    """Return whether a share passes, and what is said of one that misses its limit."""
    if not missed:
        return True, ""
    if p < limits.significance:
        return False, f"; worse than the live release beyond chance (p = {p:.3f})"
    if not beyond:
        return True, "; beyond the limit, but with so few messages that may be chance"
    if before:
        return True, "; the live release is beyond the limit, too, and this one is not worse beyond chance"
    return False, "; beyond the limit beyond chance, which the live release is not"


def _surely_above(share: float, limit: float, n: int) -> bool:
    """Return whether the lower bound of a share (Wilson 1927, one-sided 95 %) is above a limit."""
    bounds = binomtest(round(share * n), n).proportion_ci(confidence_level=0.9, method="wilson")
    return bool(bounds.low > limit)


def _collapsing(exam: Exam) -> Iterator[Check]:
    fell = [
        f"{intent} {live:.0%} → {candidate:.0%} of {n}"
        for intent, n, live, candidate in by_intent(exam)
        if n >= FEW_OF_INTENT and candidate < KEEPS * live and (live - candidate) * n >= LOST
    ]
    text = f"fell apart: {', '.join(fell)}" if fell else "no intent fell apart"
    yield Check("intents", "", not fell, text)


def _scripted(exam: Exam, most: int) -> Iterator[Check]:
    went = {conversation.id: conversation.right for conversation in exam.scripted_live}
    if not went:
        return
    newly = [c for c in exam.scripted_candidate if went.get(c.id) and not c.right]
    text = "; ".join(c.what for c in newly[:5]) if newly else f"all {sum(went.values())} still go as they did"
    yield Check("scripted", "", len(newly) <= most, f"scripted conversations: {text}")


def _bounded(name: str, unit: str, live: float, candidate: float, times: float) -> Check:
    text = f"{name}: {live:.1f} → {candidate:.1f} {unit}, {live * times:.1f} at most"
    return Check(name, "", candidate <= live * times, text, live, candidate, live * times)


def by_intent(exam: Exam) -> list[tuple[str, int, float, float]]:
    """Return of each intent how many messages there are, and the share right by either release."""
    rows: dict[str, list[Row]] = {}
    for row in exam.rows("", GOLDEN, REVIEWED):
        for intent in row[0].wanted:
            rows.setdefault(intent, []).append(row)
    return [(intent, len(of), _share(of, 1), _share(of, 2)) for intent, of in sorted(rows.items())]


def confused(exam: Exam, most: int = 40) -> list[dict[str, Any]]:
    """Return which intents are taken for which others, most frequent first, by either release."""
    counts: dict[tuple[str, str], list[int]] = {}
    for case, *both in exam.rows("", GOLDEN, REVIEWED):
        for release, judged in enumerate(both):
            if case.wanted and judged.top and not judged.right:
                counts.setdefault((case.wanted[0], judged.top), [0, 0])[release] += 1
    ranked = sorted(counts.items(), key=lambda entry: (-max(entry[1]), entry[0]))[:most]
    return [{"wanted": w, "taken_for": t, "live": a, "candidate": b} for (w, t), (a, b) in ranked]


def calibration(exam: Exam, languages: Sequence[str], bins: int = 10) -> dict[str, list[dict[str, float]]]:
    """Return per language how sure the candidate was and how often it was right, by tenths."""
    found: dict[str, list[dict[str, float]]] = {}
    for language in languages:
        rows = [(c, judged) for c, _, judged in exam.rows(language, GOLDEN, REVIEWED)]
        of_bin: dict[int, list[tuple[float, bool]]] = {}
        for case, judged in rows:
            at = min(int(judged.confidence * bins), bins - 1)
            of_bin.setdefault(at, []).append((judged.confidence, judged.top in case.wanted))
        found[language] = [
            {
                "from": at / bins,
                "to": (at + 1) / bins,
                "n": len(of),
                "confidence": round(sum(sure for sure, _ in of) / len(of), 4),
                "right": round(sum(right for _, right in of) / len(of), 4),
            }
            for at, of in sorted(of_bin.items())
        ]
    return found


def _right(case: Case, judged: Judged) -> bool:
    return judged.right


def _compared(rows: Sequence[Row], holds: Any) -> Compared:
    if not rows:
        return Compared(0.0, 0.0, 0)
    pairs = [(holds(case, live), holds(case, candidate)) for case, live, candidate in rows]
    better, worse = sum(b and not a for a, b in pairs), sum(a and not b for a, b in pairs)
    p = float(binomtest(worse, better + worse, alternative="greater").pvalue) if better + worse else 1.0
    live, candidate = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    return Compared(round(live, 4), round(candidate, 4), len(pairs), better, worse, round(p, 4))


def _refused(rows: Sequence[Row]) -> Compared:
    """Compare what share of the messages is refused; better is one that is refused no more."""
    kept = _compared(rows, lambda case, judged: not judged.refused)
    return replace(kept, live=round(1 - kept.live, 4), candidate=round(1 - kept.candidate, 4))


def _wrong_answers(rows: Sequence[Row]) -> Compared:
    """Compare what share of the messages acted on each release got wrong, out of scope ones included."""

    def share(pairs: list[tuple[Case, Judged]]) -> float:
        acted = [judged.acted not in case.wanted for case, judged in pairs if judged.acted is not None]
        return round(sum(acted) / len(acted), 4) if acted else 0.0

    live = [(case, judged) for case, judged, _ in rows]
    candidate = [(case, judged) for case, _, judged in rows]
    of_all = _compared(rows, lambda case, judged: judged.acted is None or judged.acted in case.wanted)
    acted = sum(judged.acted is not None for _, judged in candidate)
    return replace(of_all, live=share(live), candidate=share(candidate), n=acted, asked=len(rows))


def _share(rows: Sequence[Row], at: int) -> float:
    return round(sum(row[at].right for row in rows) / len(rows), 4)  # type: ignore[union-attr]
