"""The figures of a night beside the former release's, per language, with their change."""

from data.night.nights import FEW
from training.nightly.report_read import (
    Row,
    count,
    language,
    number,
    part,
    parts,
    points,
    share,
    signed,
    spoken,
)
from training.nightly.report_table import missing
from training.report_html import table

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
TESTED = "p: how likely it is by chance that the new release does as badly (McNemar's exact test)."


def figures(night: Row) -> str:
    """Return a table per language: each figure before and now, with its change."""
    found = [_of_language(code, of) for code, of in parts(part(night, "figures")) if parts(of)]
    if not found:
        return missing("Nothing was measured: the night ended before.")
    return f'<div class="sides">{"".join(found)}</div>{missing(TESTED) if _any_tested(night) else ""}'


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
    if tone and (unsure := _unsure(figure, tone)):
        tone, word = "", unsure
    before, now = share(figure.get("live")), share(figure.get("candidate"))
    return (
        f'<tr><th>{title}<span class="note">{_tested(figure)}</span></th>'
        f'<td class="n">{before}</td><td class="n"><b>{now}</b></td>'
        f'<td class="n {tone}">{signed(change)}<span class="note">{word}</span></td></tr>'
    )


def _unsure(figure: Row, tone: str) -> str:
    """Return why a change is called neither better nor worse, empty where it is."""
    n, better, worse = (number(figure.get(name)) for name in ("n", "better", "worse"))
    if n is not None and n < FEW:
        return "too few to tell"
    if better is not None and worse is not None and (better - worse) * (1 if tone == "good" else -1) < 0:
        return "undecided: more messages went the other way"
    return ""


def tone_of(change: float) -> str:
    return "good" if change > 0 else "bad" if change < 0 else ""


def _any_tested(night: Row) -> bool:
    figures = [figure for _, of in parts(part(night, "figures")) for _, figure in parts(of)]
    return any(number(figure.get("p")) is not None for figure in figures)


def _tested(figure: Row) -> str:
    """Return how many messages a figure is of, how many of them changed sides, and how likely by chance."""
    said = [f"of {count(figure.get('n'))}"] if number(figure.get("n")) is not None else []
    of = ""
    if number(figure.get("asked")) is not None:  # a share of what was answered; the test is of all
        said = [f"{said[0]} answers given"] if said else []
        of = f"of all {count(figure.get('asked'))} messages "
    if number(figure.get("better")) is not None or number(figure.get("worse")) is not None:
        said.append(f"{of}{count(figure.get('better'))} better, {count(figure.get('worse'))} worse")
    if (p := number(figure.get("p"))) is not None:
        said.append(f"p\u00a0=\u00a0{p:.3f}" if p >= 0.001 else "p\u00a0&lt;\u00a00.001")
    return "; ".join(said)
