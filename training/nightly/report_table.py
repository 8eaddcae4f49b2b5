"""Rows of cells → a table that is a list of cards on a phone and breaks only between rows on paper."""

from collections.abc import Iterable, Sequence

from training.report_html import table

NUMBER = "n"
SAID = "said"
Cell = str | tuple[str, str]  # HTML, and a class more


def stack(heads: Sequence[tuple[str, str]], lines: Iterable[Sequence[Cell]]) -> str:
    """Return a table; a head is its title and its cells' class, and cells must be safe HTML."""
    head = "".join(f'<th class="{kind}">{title}</th>' for title, kind in heads)
    return table(head, (f"<tr>{_cells(heads, line)}</tr>" for line in lines), ' class="stack"')


def _cells(heads: Sequence[tuple[str, str]], line: Sequence[Cell]) -> str:
    return "".join(
        f'<td class="{kind} {more}" data-of="{title}"{auto}>{html}</td>'
        for (title, kind), cell in zip(heads, line, strict=True)
        for html, more in [cell if isinstance(cell, tuple) else (cell, "")]
        for auto in [' dir="auto"' if kind == SAID else ""]
    )


def rest(shown: int, of: int, what: str) -> str:
    """Return how many of a list are not shown, empty where all are."""
    return f'<p class="pale">{of - shown:,} more {what} in report.json.</p>' if of > shown else ""


def missing(what: str) -> str:
    return f'<p class="pale">{what}</p>'
