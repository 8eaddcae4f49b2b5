"""What people said and did in a conversation, between its turns; their notes never come this far."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from bot.chat_page import render
from bot.chat_page.wording import written_in
from bot.handoff import shown_name, shown_text
from data.log.conversations import State
from data.tables import Remark

EVENTS = {
    "claimed": "joined",
    "transferred": "passed_on",
    "given_back": "gave_back",
    "closed": "closed",
    "withdrawn": "withdrawn",
}  # kind: its wording


def owner(state: State) -> dict[str, Any]:
    """Return who has the conversation, as the page's header says it, and whether one may leave the queue."""
    person = shown_name(state.person) if state.person else ""
    return {"owner": state.owner, "person": person, "may_leave": may_leave(state)}


def may_leave(state: State) -> bool:
    """Return whether a customer waits and may stop: where danger was told of, a person looks at it first."""
    return state.owner == "waiting" and not state.memory.get("danger")


def transcript(
    exchanges: Sequence[render.Exchange], remarks: Iterable[Remark], words: Mapping[str, str], quick: bool
) -> str:
    """Return turns and remarks in order; quick replies, if at all, under a turn that is the last of all."""
    following: dict[int, list[Remark]] = {}
    for remark in remarks:
        following.setdefault(remark.after, []).append(remark)
    parts: list[str] = []
    for exchange in exchanges:
        after = following.get(exchange.number, ())
        last = exchange is exchanges[-1] and not after
        parts.append(render.turn(exchange, words, quick_replies=quick and last))
        parts += [said(remark, words) for remark in after]
    return "".join(parts)


def said(remark: Remark, words: Mapping[str, str]) -> str:
    """Return a person's words as a bubble with their name, what they did as a line."""
    name = shown_name(remark.author)
    marks = f'data-remark="{remark.id}" data-after="{remark.after}"'
    if remark.kind == "answered":
        return _of_the_bot(remark, marks)
    if remark.kind in EVENTS:
        text = words[EVENTS[remark.kind]].replace("{name}", name).replace("{to}", shown_text(remark))
        return f'<p class="fd-event" {marks}>{escape(text)}</p>'
    return (
        f'<article class="fd-said" {marks}><p class="fd-by">{escape(name)}</p>'
        f'<p class="fd-words" lang="{_language(remark.text)}">{escape(remark.text)}</p></article>'
    )


def _of_the_bot(remark: Remark, marks: str) -> str:
    """Return what the bot said to a message after a person had left it unanswered."""
    return (
        f'<article class="fd-turn" {marks}><div class="fd-bot" lang="{_language(remark.text)}">'
        f'<p class="fd-reply">{escape(remark.text)}</p></div></article>'
    )


def _language(text: str) -> str:
    return written_in(text, "zh") if any("\u4e00" <= c <= "\u9fff" for c in text) else "en"
