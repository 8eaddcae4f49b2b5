"""How well each intent is recognized before and now, and how the scripted conversations went."""

from training.nightly.report_figures import tone_of
from training.nightly.report_learned import named, titles_of
from training.nightly.report_read import (
    Row,
    count,
    counted,
    language,
    number,
    points,
    rows,
    share,
    signed,
    text,
)
from training.nightly.report_table import NUMBER, SAID, missing, rest, stack

LISTED = 80
SCRIPTS = 60


def intents(night: Row) -> str:
    """Return the recall of each intent, those that got worse first, then those that got better."""
    found = sorted(rows(night, "intents"), key=_worst_first)
    if not found:
        return missing("The intents were not measured one by one.")
    titles = titles_of(night)
    heads = (("Intent", ""), ("Messages", NUMBER), ("Before", NUMBER), ("New", NUMBER), ("Change", NUMBER))
    lines = (
        (
            named(row.get("id"), titles), count(row.get("n")), share(row.get("live")),
            share(row.get("candidate")), (signed(change := _change(row)), tone_of(change or 0)),
        )
        for row in found[:LISTED]
    )  # fmt: skip
    return stack(heads, lines) + rest(LISTED, len(found), "intents")


def scripted(night: Row) -> str:
    """Return the scripted conversations that go otherwise than written, those that broke first."""
    found = rows(night, "scripted")
    if not found:
        return missing("No scripted conversation was played.")
    right = [sum(bool(row.get(side)) for row in found) for side in ("live", "candidate")]
    said = (
        f"<p>{right[1]:,} of {counted(len(found), 'conversation goes', 'conversations go')} as written, "
        f"{right[0]:,} did before.</p>"
    )
    shown = [row for row in found if not row.get("candidate") or not row.get("live")]
    shown.sort(key=lambda row: (not row.get("live"), bool(row.get("candidate"))))
    if not shown:
        return said
    heads = (("Conversation", ""), ("Language", ""), ("Verdict", ""), ("What happened", SAID))
    lines = (
        (f"<code>{text(row.get('id'), 80)}</code>", language(row.get("language") or ""), _verdict(row),
         text(row.get("what")))
        for row in shown[:SCRIPTS]
    )  # fmt: skip
    return said + stack(heads, lines) + rest(SCRIPTS, len(shown), "conversations")


def _verdict(row: Row) -> tuple[str, str]:
    if row.get("candidate"):
        return "mended", "good"
    return ("broken", "bad") if row.get("live") else ("as wrong as before", "")


def _change(row: Row) -> float | None:
    return points(row.get("live"), row.get("candidate"))


def _worst_first(row: Row) -> tuple[bool, float, float]:
    """Return a key: what got worse first, what got better next, what stayed last, by how weak it is."""
    change = _change(row) or 0.0
    return change == 0, change, number(row.get("candidate")) or 0.0
