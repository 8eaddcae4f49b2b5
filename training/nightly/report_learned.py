"""What a night learned, from whom, what it left out, and which labels look wrong."""

from collections import Counter

from training.nightly.report_read import Row, clean, count, number, part, parts, rows, share, text, texts
from training.nightly.report_table import NUMBER, SAID, missing, rest, stack

LISTED = 40


def authors(night: Row) -> str:
    """Return what was learned from whom; those that were kept out come first."""
    found = parts(part(night, "learned", "by_author"))
    if not found:
        return missing("Nobody has taught anything yet, or the night ended before.")
    found.sort(key=lambda author: (not author[1].get("kept_out"), -(number(author[1].get("examples")) or 0)))
    heads = (
        ("Who", ""), ("Messages", NUMBER), ("New", NUMBER), ("Weight", NUMBER),
        ("Contradicted", NUMBER), ("", ""),
    )  # fmt: skip
    lines = (
        (
            f"<bdi>{text(name, 80)}</bdi>", count(of.get("examples")), count(of.get("fresh")), _weight(of),
            count(of.get("contradicted")), _kept_out(of),
        )
        for name, of in found[:LISTED]
    )  # fmt: skip
    return stack(heads, lines) + rest(LISTED, len(found), "people")


def by_intent(night: Row) -> str:
    """Return the intents that were taught most, new ones of the desk first."""
    titles = titles_of(night)
    new = {str(intent.get("id")) for intent in rows(night, "learned", "new_intents")}
    found = parts(part(night, "learned", "by_intent"))
    found += [(intent, {}) for intent in new if intent not in dict(found)]
    if not found:
        return ""
    found.sort(key=lambda of: (of[0] not in new, -(number(of[1].get("fresh")) or 0), of[0]))
    heads = (("Intent", ""), ("New messages", NUMBER), ("All", NUMBER))
    lines = (
        (named(intent, titles) + (_chip("new intent") if intent in new else ""), count(of.get("fresh")),
         count(of.get("examples")))
        for intent, of in found[:LISTED]
    )  # fmt: skip
    return "<h3>By intent</h3>" + stack(heads, lines) + rest(LISTED, len(found), "intents")


def left_out(night: Row) -> str:
    """Return why reviewed messages were not learned from, and how many."""
    why = Counter(clean(row.get("why")) or "no reason noted" for row in rows(night, "learned", "left_out"))
    if not why:
        return ""
    most = why.most_common(LISTED)
    heads, lines = (("Because", SAID), ("Messages", NUMBER)), ((text(reason), f"{n:,}") for reason, n in most)
    return "<h3>Left out</h3>" + stack(heads, lines) + rest(len(most), len(why), "reasons")


def suspects(night: Row) -> str:
    """Return reviewed messages whose label looks wrong, the surest first."""
    found = sorted(rows(night, "suspects"), key=lambda row: -(number(row.get("confidence")) or 0))
    if not found:
        none = "No label looks wrong."
        return missing(none if "suspects" in night else "Labels were not looked at: the night ended before.")
    titles = titles_of(night)
    heads = (
        ("Message", SAID), ("Labelled", ""), ("Looks like", ""), ("Sure", NUMBER), ("By", ""),
    )  # fmt: skip
    lines = (
        (
            text(row.get("text")), _labels(row, titles), named(row.get("suggested"), titles),
            share(row.get("confidence")), f"<bdi>{text(row.get('author'), 80)}</bdi>",
        )
        for row in found[:LISTED]
    )  # fmt: skip
    return stack(heads, lines) + rest(LISTED, len(found), "messages")


def titles_of(night: Row) -> dict[str, str]:
    """Return what intents are called in English, as far as the night says."""
    known = dict(parts(part(night, "titles")))
    known |= {str(new.get("id")): part(new, "title") for new in rows(night, "learned", "new_intents")}
    return {intent: clean(title["en"]) for intent, title in known.items() if title.get("en")}


def named(intent: object, titles: dict[str, str]) -> str:
    """Return an intent as it is called, with its id; none is out of scope."""
    if not intent or intent == "out_of_scope":
        return "out of scope"
    code = f"<code>{text(intent, 80)}</code>"
    title = titles.get(str(intent))
    return f'{text(title, 80)} <span class="pale">{code}</span>' if title else code


def _labels(row: Row, titles: dict[str, str]) -> str:
    return "<br>".join(named(label, titles) for label in texts(row.get("labels"))) or named(None, titles)


def _weight(of: Row) -> str:
    weight = number(of.get("weight"))
    return "–" if weight is None else f"{weight:.2f}"


def _kept_out(of: Row) -> str:
    return _chip("kept out", " bad") if of.get("kept_out") else ""


def _chip(said: str, tone: str = "") -> str:
    return f' <span class="chip{tone}">{said}</span>'
