"""What the gate looked at: which checks failed, in a word and in full, and all of them."""

from typing import Any

from training.nightly.report_read import (
    DASH,
    Row,
    counted,
    language,
    listed,
    number,
    rows,
    share,
    spoken,
    text,
)
from training.nightly.report_table import NUMBER, SAID, missing, stack

PAIRED = ("golden", "reviewed")  # checks whose limit is of that p
LISTED = 6  # failed checks on the first screen
NAMED = 3  # failed checks in the first sentence


def checks(night: Row) -> str:
    """Return every check of the gate, those that failed first."""
    found = sorted(rows(night, "checks"), key=lambda check: bool(check.get("passed")))
    if not found:
        return missing("The gate was not reached.")
    heads = (
        ("Check", ""), ("Language", ""), ("Before", NUMBER), ("New", NUMBER), ("Limit", NUMBER),
        ("Verdict", SAID),
    )  # fmt: skip
    return stack(heads, (_check(check) for check in found))


def failed_checks(night: Row) -> str:
    failed = [check for check in rows(night, "checks") if not check.get("passed")]
    if not failed:
        return ""
    lines = (
        f"<li><b>{spoken(c.get('check'))}{_where(c)}</b>: {text(c.get('text'))}</li>" for c in failed[:LISTED]
    )
    more = f"<li>and {len(failed) - LISTED:,} more, listed below</li>" if len(failed) > LISTED else ""
    return f'<ul class="failed-checks">{"".join(lines)}{more}</ul>'


def because(failed: list[Row], of: int) -> str:
    """Return which checks failed, by their names; what they found stands below."""
    if not failed:
        return ""
    if of == 1:  # nothing was measured
        return text(failed[0].get("text"), 300).rstrip(".")
    names = [f"{spoken(check.get('check'))}{_where(check)}" for check in failed]
    more = [f"{len(names) - NAMED:,} more"] if len(names) > NAMED else []
    return f"{len(failed):,} of {counted(of, 'check', 'checks')} failed: {listed([*names[:NAMED], *more])}"


def _where(check: Row) -> str:
    return f" ({language(check['language'])})" if check.get("language") else ""


def _check(check: Row) -> tuple[str | tuple[str, str], ...]:
    values = [check.get(name) for name in ("live", "candidate", "limit")]
    passed = bool(check.get("passed"))
    tone = "" if passed else "bad"
    verdict = f"<b>{'passed' if passed else 'failed'}</b> {text(check.get('text'))}"
    shown = _like(values)
    if check.get("check") in PAIRED and (least := number(check.get("limit"))) is not None:
        shown[2] = f"p\u00a0≥\u00a0{least:g}"
    return (spoken(check.get("check")), language(check.get("language") or ""), *shown, (verdict, tone))


def _like(values: list[Any]) -> list[str]:
    """Return a check's values as shares if all of them can be, else as numbers."""
    known = [v for v in map(number, values) if v is not None]
    if all(abs(v) <= 1 for v in known):
        return [share(v) for v in values]
    return [DASH if (v := number(value)) is None else f"{v:,.1f}" for value in values]
