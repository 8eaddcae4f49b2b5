"""The first screen of a night's report: how it ended and why, and its figures beside the former release's."""

from typing import Any

from training.nightly.report_read import (
    DASH,
    Row,
    count,
    counted,
    day_and_time,
    duration,
    language,
    listed,
    moment,
    number,
    part,
    parts,
    points,
    rows,
    share,
    signed,
    spoken,
    text,
)
from training.nightly.report_table import NUMBER, SAID, missing, stack
from training.report_html import table

OUTCOMES = {
    "live": "live",
    "trial": "on trial",
    "kept": "former release kept",
    "dry": "dry run",
    "failed": "failed",
}
TESTED = "p: how likely it is by chance that the new release does as badly (McNemar's exact test)."
PAIRED = ("golden", "reviewed")  # checks whose limit is of that p
LISTED = 6  # failed checks on the first screen
NAMED = 3  # failed checks in the first sentence
FIGURES: dict[str, tuple[str, int]] = {  # title, and whether more is better (1), worse (-1) or neither
    "golden": ("Golden set, right", 1),
    "top_intent": ("Likeliest intent is right", 1),
    "in_scope_refused": ("In scope, refused", -1),
    "out_of_scope_refused": ("Out of scope, refused", 1),
    "wrong_answers": ("Answers that are wrong", -1),
    "acted_on": ("Acted on", 1),
    "reviewed": ("Reviewed messages, right", 1),
    "misspelt": ("Misspelt messages, right", 1),
    "several": ("Several requests, all found", 1),
    "scripted": ("Scripted turns as written", 1),
}


def outcome(night: Row) -> str:
    """Return the report's head: the outcome in one sentence, what was learned, the checks that failed."""
    how = str(night.get("outcome") or "")
    name = part(night, "desk_name").get("en") or night.get("desk") or "Frontdesk"
    kind, said = how if how in OUTCOMES else "unknown", sentence(night)
    when = f" · night of {day_and_time(night['began'])}{_took(night)}" if night.get("began") else ""
    return f"""<p class="pale where">{text(name, 80)}{when}</p>
<p class="where"><span class="mark {kind}">{OUTCOMES.get(how, "no outcome")}</span></p>
<h1>{said[0].upper()}{said[1:]}</h1>
<p>{_learned(night)} {_replayed(night)}</p>
{_failed(night)}"""


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
            why = _because(failed, len(checks)) or error or "the night says no more"
            return f"{before} stays live, because {why}."
        case "dry":
            found = f"would not have gone live, because {_because(failed, len(checks))}" if failed else passed
            return f"A dry run changed nothing: {before} stays live, the release that was measured {found}."
        case "failed":
            return f"The night failed, {before} stays live: {error or 'no error was noted'}."
    return f"This night has no outcome: it was stopped, or it goes on. When it began, {before} was live."


def figures(night: Row) -> str:
    """Return a table per language: each figure before and now, with its change."""
    found = [_of_language(code, of) for code, of in parts(part(night, "figures")) if parts(of)]
    if not found:
        return missing("Nothing was measured: the night ended before.")
    return f'<div class="sides">{"".join(found)}</div>{missing(TESTED) if _any_tested(night) else ""}'


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


def _because(failed: list[Row], of: int) -> str:
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


def _failed(night: Row) -> str:
    failed = [check for check in rows(night, "checks") if not check.get("passed")]
    if not failed:
        return ""
    lines = (
        f"<li><b>{spoken(c.get('check'))}{_where(c)}</b>: {text(c.get('text'))}</li>" for c in failed[:LISTED]
    )
    more = f"<li>and {len(failed) - LISTED:,} more, listed below</li>" if len(failed) > LISTED else ""
    return f'<ul class="failed-checks">{"".join(lines)}{more}</ul>'


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


def _of_language(code: str, of: Row) -> str:
    known = sorted(parts(of), key=lambda figure: [*FIGURES, figure[0]].index(figure[0]))
    heads = '<th></th><th class="n">Before</th><th class="n">New</th><th class="n">Change</th>'
    lines = (_figure(name, figure) for name, figure in known)
    return f"<section><h2>{language(code)}</h2>{table(heads, lines)}</section>"


def _figure(name: str, figure: Row) -> str:
    title, good = FIGURES.get(name, (spoken(name).capitalize(), 0))
    change = points(figure.get("live"), figure.get("candidate"))
    tone = "" if not change or signed(change) == signed(0.0) else tone_of(change * good)
    word = {"good": "better", "bad": "worse"}.get(tone, "")
    before, now = share(figure.get("live")), share(figure.get("candidate"))
    return (
        f'<tr><th>{title}<span class="note">{_tested(figure)}</span></th>'
        f'<td class="n">{before}</td><td class="n"><b>{now}</b></td>'
        f'<td class="n {tone}">{signed(change)}<span class="note">{word}</span></td></tr>'
    )


def tone_of(change: float) -> str:
    return "good" if change > 0 else "bad" if change < 0 else ""


def _any_tested(night: Row) -> bool:
    figures = [figure for _, of in parts(part(night, "figures")) for _, figure in parts(of)]
    return any(number(figure.get("p")) is not None for figure in figures)


def _tested(figure: Row) -> str:
    """Return how many messages a figure is of, how many of them changed sides, and how likely by chance."""
    said = [f"of {count(figure.get('n'))}"] if number(figure.get("n")) is not None else []
    if number(figure.get("better")) is not None or number(figure.get("worse")) is not None:
        said.append(f"{count(figure.get('better'))} better, {count(figure.get('worse'))} worse")
    if (p := number(figure.get("p"))) is not None:
        said.append(f"p\u00a0=\u00a0{p:.3f}" if p >= 0.001 else "p\u00a0&lt;\u00a00.001")
    return "; ".join(said)
