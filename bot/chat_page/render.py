"""Turns as HTML. All text that comes from a customer, a desk or a database is escaped here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from bot.chat_page.wording import in_script, written_in
from bot.turn import Turn
from data.tables import Feedback, TurnRow

REASONS = ("wrong_answer", "not_asked", "unclear", "other")
THUMB = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7.5 10.5 11 3.8c1.5 0 2.6 1.2 2.4 2.7l-.5 3h5.2'
    'c1.4 0 2.4 1.3 2.1 2.6l-1.3 5.7c-.3 1.2-1.3 2-2.5 2H7.5zm0 0H4.3v9.3h3.2"/></svg>'
)


@dataclass(frozen=True)
class Exchange:
    """What is shown of a turn: a message, the answer to it, and what the customer made of that."""

    number: int
    text: str
    reply: str
    language: str  # of the answer, as in desk.yaml
    passages: tuple[Mapping[str, Any], ...] = ()
    quick_replies: tuple[str, ...] = ()
    helpful: bool | None = None
    reason: str | None = None
    sources: dict[str, list[Mapping[str, Any]]] = field(init=False)  # title: its passages

    def __post_init__(self) -> None:
        sources: dict[str, list[Mapping[str, Any]]] = {}
        for passage in self.passages:
            if passage["kind"] == "article" and passage.get("text"):
                sources.setdefault(passage["title"], []).append(passage)
        object.__setattr__(self, "sources", sources)

    @classmethod
    def of(cls, turn: Turn) -> "Exchange":
        passages = tuple(vars(p) for p in turn.passages)
        return cls(turn.number, turn.text, turn.reply, turn.language, passages, turn.quick_replies)

    @classmethod
    def of_row(cls, row: TurnRow, rating: Feedback | None) -> "Exchange":
        return cls(
            row.number, row.text, row.reply, row.language,
            tuple(row.details.get("passages", ())), tuple(row.details.get("quick_replies", ())),
            rating.helpful if rating else None, rating.reason if rating else None,
        )  # fmt: skip


def turn(exchange: Exchange, words: Mapping[str, str], quick_replies: bool = True) -> str:
    """Return a message and the answer to it, only the message where the bot was silent."""
    asked = (
        f'<article class="fd-turn" data-number="{exchange.number}">'
        f'<div class="fd-me"><span class="fd-sr">{escape(words["you"])}</span>'
        f"<p>{escape(exchange.text.strip()) or '…'}</p></div>"
    )
    if not exchange.reply:
        return f"{asked}</article>"
    language = written_in(exchange.reply, exchange.language)
    return (
        f'{asked}<div class="fd-bot" lang="{language}"><p class="fd-reply">{escape(exchange.reply)}</p></div>'
        f'<div class="fd-under">{_sources(exchange, words, language)}{_thumbs(exchange, words)}</div>'
        f"{_quick_replies(exchange, words, language) if quick_replies else ''}</article>"
    )


def welcome(greeting: str, starters: Iterable[str], words: Mapping[str, str]) -> str:
    """Return the first screen: the desk's greeting, and what people often ask as buttons."""
    hello, rest = _greeting_parts(greeting)
    heading = f"<h2>{escape(hello)}</h2>" if hello else ""
    buttons = "".join(f'<button type="button" data-say>{escape(s)}</button>' for s in starters)
    return (
        f'<section class="fd-welcome">{heading}<p>{escape(rest)}</p>'
        f'<h3>{escape(words["often_asked"])}</h3><div class="fd-starters">{buttons}</div></section>'
    )


def _greeting_parts(greeting: str) -> tuple[str, str]:
    """Return a greeting's short first phrase as a heading, and the rest."""
    ends = [at for mark in (". ", "! ", "。", "！", "，") if 0 < (at := greeting.find(mark)) < 24]
    if not ends:
        return "", greeting
    return greeting[: min(ends)], greeting[min(ends) + 1 :].strip()


def _sources(exchange: Exchange, words: Mapping[str, str], language: str) -> str:
    if not exchange.sources:
        return ""
    titles = [in_script(title, language) for title in exchange.sources]
    more = f'<span class="fd-more">+{len(titles) - 1}</span>' if len(titles) > 1 else ""
    quotes = "".join(
        _quote(title if more else "", passages, language)
        for title, passages in zip(titles, exchange.sources.values(), strict=True)
    )
    return (
        f'<details class="fd-source"><summary>{escape(words["source"])}'
        f'<span lang="{language}">{escape(titles[0])}</span>{more}</summary>'
        f'<div lang="{language}">{quotes}</div></details>'
    )


def _quote(title: str, passages: Iterable[Mapping[str, Any]], language: str) -> str:
    def paragraph(passage: Mapping[str, Any]) -> str:
        # unlike titles and headings, the text is in the answer's script already
        heading = in_script(passage.get("heading", ""), language)
        return (f"<h5>{escape(heading)}</h5>" if heading else "") + f"<p>{escape(passage['text'])}</p>"

    heading = f"<h4>{escape(title)}</h4>" if title else ""
    return f"{heading}<blockquote>{''.join(map(paragraph, passages))}</blockquote>"


def _thumbs(exchange: Exchange, words: Mapping[str, str]) -> str:
    def thumb(helpful: bool, name: str) -> str:
        pressed = "true" if exchange.helpful is helpful else "false"
        label = escape(words[name])
        return (
            f'<button type="button" data-thumb="{str(helpful).lower()}" aria-pressed="{pressed}" '
            f'aria-label="{label}" title="{label}">{THUMB}</button>'
        )

    return f'<div class="fd-thumbs">{thumb(True, "helpful")}{thumb(False, "not_helpful")}</div>'


def reasons(words: Mapping[str, str]) -> str:
    """Return what is asked under an answer that got a thumb down."""
    chips = "".join(f'<button type="button" data-reason="{r}">{escape(words[r])}</button>' for r in REASONS)
    return (
        f'<div class="fd-reasons" role="group" aria-label="{escape(words["what_was_wrong"])}">'
        f"<p>{escape(words['what_was_wrong'])}</p><div>{chips}</div></div>"
    )


def other_reason(words: Mapping[str, str]) -> str:
    """Return the field for a reason in the customer's own words."""
    label = escape(words["in_your_words"])
    return (
        f'<form class="fd-other"><input maxlength="300" placeholder="{label}" aria-label="{label}">'
        f'<button type="submit">{escape(words["send"])}</button></form>'
    )


def thanks(words: Mapping[str, str]) -> str:
    return f'<p class="fd-thanks" role="status">{escape(words["thanks"])}</p>'


def _quick_replies(exchange: Exchange, words: Mapping[str, str], language: str) -> str:
    if not exchange.quick_replies:
        return ""
    buttons = "".join(f'<button type="button" data-say>{escape(q)}</button>' for q in exchange.quick_replies)
    label = escape(words["more_questions"])
    return f'<div class="fd-quick" role="group" lang="{language}" aria-label="{label}">{buttons}</div>'
