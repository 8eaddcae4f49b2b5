"""What a night has found, as its report says it."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.pipeline import Bot
from data.night.taught import Lesson
from training.lessons import Lessons
from training.nightly.exam import Exam
from training.nightly.gate import Check, Compared, by_intent, calibration, confused

MOST_SUSPECTS = 50
TIMED = 60  # messages


def learned(taught: Lessons) -> dict[str, Any]:
    """Return how much was taught by whom, and what of it can't be used."""
    counts: dict[str, dict[str, int]] = {}
    for lesson in taught.learned:
        for label in lesson.labels or ("out_of_scope",):
            of = counts.setdefault(label, {"fresh": 0, "examples": 0})
            of["examples"] += 1
            of["fresh"] += lesson.fresh
    return {
        "examples": len(taught.learned),
        "fresh": sum(lesson.fresh for lesson in taught.learned),
        "exam": len(taught.exam),
        "by_author": {name: asdict(author) for name, author in taught.authors.items()},
        "by_intent": counts,
        "new_intents": [{"id": name, "title": dict(title)} for name, title in taught.new_intents.items()],
        "left_out": [asdict(one) for one in taught.left_out],
    }


def suspects(against: Sequence[Lesson], live: Bot) -> list[dict[str, Any]]:
    """Return reviews that the live release, sure of itself, contradicts, beside what it reads."""
    found = []
    for lesson in against[:MOST_SUSPECTS]:
        best = live.try_out(lesson.text).understanding.best
        found.append(
            {
                "text": lesson.text, "labels": list(lesson.labels), "author": lesson.author,
                "suggested": best.id, "confidence": round(best.confidence, 4),
            }
        )  # fmt: skip
    return found


def erased(live: str) -> dict[str, Any]:
    """Return the reason that asks somebody to act: a release that should have gone is still live."""
    text = (
        f"release {live} has learned from texts that were erased since, and stays live; "
        "`python -m training.publish --fresh` builds one without them that no gate judges"
    )
    return {"check": "erased", "language": "", "passed": False, "text": text}


def idle(taught: Lessons) -> str:
    """Return why there was nothing to train for."""
    unused = len(taught.left_out)
    waiting = f"; {unused:,} reviews can't be used, the report says why" if unused else ""
    return f"no review is new and nothing of the desk has changed{waiting}"


def all_kept_out() -> dict[str, Any]:
    """Return the reason of a night whose new reviews the live release contradicts."""
    text = "nothing is left to learn: all new reviews were kept out"
    return {"check": "reviews", "language": "", "passed": False, "text": text}


def measured(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return in short what the gate made of a candidate, and its figures that changed; empty without one."""
    if "figures" not in found:
        return {}
    checks = found["checks"]
    passed = sum(bool(check["passed"]) for check in checks)
    changed = {
        language: {
            name: f"{f['live']:.1%} → {f['candidate']:.1%} of {f['n']}"
            for name, f in of.items()
            if f["live"] != f["candidate"]
        }
        for language, of in found["figures"].items()
    }
    return {
        "gate": "passed" if passed == len(checks) else "failed",
        "checks": f"{passed} of {len(checks)} passed",
        "changed_figures": {language: of for language, of in changed.items() if of},
        "changed_answers": f"{len(found.get('changes', ()))} of {found.get('asked', 0)} logged questions",
    }


def judged(
    exam: Exam, shares: dict[str, dict[str, Compared]], checks: Sequence[Check], languages: Sequence[str]
) -> dict[str, Any]:
    """Return what the exam shows and what the gate made of it."""
    went = {conversation.id: conversation for conversation in exam.scripted_live}
    return {
        "checks": [asdict(check) for check in checks],
        "figures": {of: {name: asdict(s) for name, s in found.items()} for of, found in shares.items()},
        "intents": [{"id": i, "n": n, "live": was, "candidate": now} for i, n, was, now in by_intent(exam)],
        "confused": confused(exam),
        "calibration": calibration(exam, languages),
        "scripted": [
            {
                "id": c.id, "language": c.language, "live": went[c.id].right, "candidate": c.right,
                "what": c.what or went[c.id].what,
            }
            for c in exam.scripted_candidate
        ],
    }  # fmt: skip


def latency(live: Bot, after: Bot, exam: Exam) -> tuple[float, float]:
    """Return both releases' median milliseconds a message, asked in turns so that neither has it easier."""
    texts = [case.text for case in exam.cases[:: max(1, len(exam.cases) // TIMED)]]
    times = [(live.try_out(text).ms, after.try_out(text).ms) for text in texts or ["hello"]]
    before, now = zip(*times, strict=True)
    return round(statistics.median(before), 2), round(statistics.median(now), 2)
