"""What a night changes for customers: where messages go, and which logged questions get another answer."""

from collections import Counter

from training.nightly.report_read import (
    DASH,
    Row,
    count,
    counted,
    number,
    part,
    points,
    rows,
    share,
    signed,
    spoken,
    text,
)
from training.nightly.report_table import NUMBER, missing, rest, stack

LISTED = 150  # questions, most frequent first
WAYS = 12  # from one route to another
ROUTES = {
    "answer": "answered", "ask_slot": "asked for a detail", "clarify": "asked which was meant",
    "search": "quoted an article", "refuse": "refused", "handoff": "to a person", "social": "small talk",
}  # fmt: skip


def changes(night: Row) -> str:
    """Return the questions whose answer changes, most frequent first, and what kinds of change there are."""
    found = rows(night, "changes")
    if not found:
        asked = number(night.get("asked"))
        none = f"All {count(asked)} logged questions are answered as before."
        return missing(none if asked else "No logged questions were asked of both releases.")
    cards = "".join(_change(change) for change in found[:LISTED])
    return f"""<h3>From what to what</h3>{_ways(found)}
<h3>Question by question, the most frequent first</h3>
<ul class="changes">{cards}</ul>{rest(LISTED, len(found), "questions")}"""


def coverage(night: Row) -> str:
    """Return how many of the logged questions each release answers, asks about, refuses."""
    before, now = part(night, "coverage", "live"), part(night, "coverage", "candidate")
    if not before and not now:
        return missing("How the logged questions are routed was not measured.")
    routes = dict.fromkeys([*(r for r in ROUTES if r in {*before, *now}), *map(str, before), *map(str, now)])
    shares = [_shares(of) for of in (before, now)]
    lines = (
        (
            route_name(r), count(before.get(r, 0)), count(now.get(r, 0)),
            signed(points(shares[0].get(r, 0.0), shares[1].get(r, 0.0))),
        )
        for r in routes
    )  # fmt: skip
    heads = (("Logged questions", ""), ("Before", NUMBER), ("New", NUMBER), ("Points", NUMBER))
    return stack(heads, lines)


def route_name(route: object) -> str:
    return ROUTES.get(str(route), spoken(route)) if route else DASH


def _shares(of: Row) -> dict[str, float]:
    counts = {str(route): number(n) or 0.0 for route, n in of.items()}
    return {route: n / (sum(counts.values()) or 1) for route, n in counts.items()}


def _ways(found: list[Row]) -> str:
    """Return how many questions go from which route to which."""
    questions: Counter[tuple[str, str]] = Counter()
    messages: Counter[tuple[str, str]] = Counter()
    for change in found:
        way = tuple(route_name(part(change, side).get("route")) for side in ("before", "after"))
        questions[way[0], way[1]] += 1
        messages[way[0], way[1]] += int(number(change.get("count")) or 1)
    heads = (
        ("Before", ""), ("New", ""), ("Questions", NUMBER), ("Messages", NUMBER), ("Of all changes", NUMBER),
    )  # fmt: skip
    most = questions.most_common(WAYS)
    lines = (
        (
            was, is_now if was != is_now else f"{is_now}, in other words",
            f"{n:,}", f"{messages[was, is_now]:,}", share(n / len(found)),
        )
        for (was, is_now), n in most
    )  # fmt: skip
    return stack(heads, lines) + rest(len(most), len(questions), "kinds of change")


def _change(change: Row) -> str:
    times = int(number(change.get("count")) or 1)
    asked = f"<span>asked {counted(times, 'time', 'times')}</span>" if times > 1 else ""
    said = text(change.get("text"))
    return f"<li><p><bdi>{said}</bdi>{asked}</p>{_side(change, 'before')}{_side(change, 'after')}</li>"


def _side(change: Row, side: str) -> str:
    of, when = part(change, side), {"before": "Before", "after": "New"}[side]
    read_as = f" · <code>{text(of['intent'], 80)}</code>" if of.get("intent") else ""
    kind = ' class="now"' if side == "after" else ""
    reply = text(of.get("reply")) or "<i>says nothing</i>"
    head = f'<span class="note">{when}: {route_name(of.get("route"))}{read_as}</span>'
    return f'<div{kind}>{head}<span dir="auto">{reply}</span></div>'
