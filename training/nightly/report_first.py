"""The head of a night's report: how it ended and why, and what was learned."""

from typing import Any

from training.nightly.report_checks import because, failed_checks
from training.nightly.report_read import (
    Row,
    count,
    counted,
    day_and_time,
    duration,
    moment,
    number,
    part,
    parts,
    rows,
    share,
    text,
)

OUTCOMES = {
    "live": "live", "trial": "on trial", "kept": "former release kept", "idle": "nothing new",
    "dry": "dry run", "failed": "failed",
}  # fmt: skip


def outcome(night: Row) -> str:
    """Return the report's head: the outcome in one sentence, what was learned, the checks that failed."""
    how = str(night.get("outcome") or "")
    name = part(night, "desk_name").get("en") or night.get("desk") or "Frontdesk"
    kind, said = how if how in OUTCOMES else "unknown", sentence(night)
    when = (
        f" · night of {day_and_time(night['began'], night.get('timezone'))}{_took(night)}"
        if night.get("began")
        else ""
    )
    return f"""<p class="pale where">{text(name, 80)}{when}</p>
<p class="where"><span class="mark {kind}">{OUTCOMES.get(how, "no outcome")}</span></p>
<h1>{said[0].upper()}{said[1:]}</h1>
<p>{_learned(night)} {_replayed(night)}</p>
{failed_checks(night)}"""


def sentence(night: Row) -> str:
    """Return in one sentence what is live now, and why."""
    made, before = _release(night.get("release")), _release(night.get("before"))
    checks = rows(night, "checks")
    failed = [check for check in checks if not check.get("passed")]
    error = text(night.get("error"), 300)
    passed = f"passed all {len(checks)} checks" if checks and not failed else "passed"
    match night.get("outcome"):
        case "live":
            return f"{made} is live in place of {before}: it {passed}."
        case "trial":
            return f"{made} {passed} and is on trial; {before} stays live until it is settled."
        case "kept":
            why = because(failed, len(checks)) or error or "the night says no more"
            return f"{before} stays live, because {why}."
        case "idle":
            return f"Nothing was new to learn, {before} stays live: {text(night.get('idle'), 300)}."
        case "dry":
            found = f"would not have gone live, because {because(failed, len(checks))}" if failed else passed
            return f"A dry run changed nothing: {before} stays live, the release that was measured {found}."
        case "failed":
            return f"The night failed, {before} stays live: {error or 'no error was noted'}."
    return f"This night has no outcome: it was stopped, or it goes on. When it began, {before} was live."


def _learned(night: Row) -> str:
    learned = part(night, "learned")
    examples, fresh = number(learned.get("examples")), number(learned.get("fresh"))
    if examples is None:
        return "What was learned was not noted."
    authors = [of for _, of in parts(part(learned, "by_author")) if not of.get("kept_out")]
    people = sum(bool(number(of.get("examples"))) for of in authors)
    by = f", from {counted(people, 'person', 'people')}" if people else ""
    return (
        f"It learned from {counted(int(examples), 'reviewed message', 'reviewed messages')}, "
        f"{count(fresh)} of them new{by}."
    )


def _replayed(night: Row) -> str:
    asked = number(night.get("asked"))
    if not asked:
        return "No logged questions were asked again."
    changed = len(rows(night, "changes"))
    of = f"Of {count(asked)} logged questions, "
    get = "get" if night.get("outcome") == "live" else "would get"
    return f"{of}{changed:,} {get} another answer ({share(changed / asked)})."


def _took(night: Row) -> str:
    began, ended = moment(night.get("began")), moment(night.get("ended"))
    if not began or not ended or (began.tzinfo is None) != (ended.tzinfo is None):
        return ""
    return f" · {duration((ended - began).total_seconds())}"


def _release(release: Any) -> str:
    return f"release {text(release, 40)}" if release else "the release"
