"""The chat page and the things its browser side may ask for.

Nothing that the browser sends is believed but the session id, a random number that only its owner knows:
the conversation is read from the database, and what is drawn is drawn here. Calls go through the toolkit's
server functions, not its queue: an answer takes some 30 ms, so the browser gets it whole and lets it appear
in chunks.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

import gradio as gr

from bot.chat_page import people, render, score
from bot.chat_page.colours import accent_variables
from bot.chat_page.wording import page_languages, spoken, wanted_language, words
from bot.doors import new_session
from bot.pipeline import Bot
from bot.redaction import mask
from data.desk import Desk
from data.errors import MessageError
from data.log.conversations import LOW

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
PERSON = "human_agent"  # the intent behind "talk to a person"
STARTERS = ("track_order", "return_item", "delivery_time", "get_invoice")
SHOWN = 4  # starters
SESSION = re.compile(r"[0-9a-f]{32}")
REASON_CHARS = 300
MOST_TURNS = 1_000_000  # of one conversation
MOST_ID = 2**31 - 1
PARTS_OF_DAY = ((5, "evening"), (12, "morning"), (18, "afternoon"), (24, "evening"))  # until which hour

_HEAD = (HERE / "head.html").read_text("utf-8")
MOUNT: dict[str, Any] = {  # how the page is mounted: without the toolkit's own furniture
    "theme": gr.themes.Base(font=("system-ui", "sans-serif"), font_mono=("monospace",)),
    "head": f"{_HEAD}<style>{(HERE / 'style.css').read_text('utf-8')}</style>",
    "footer_links": [],
    "run_history": False,
    "enable_monitoring": False,
    "show_error": False,
    "ssr_mode": False,
    "max_file_size": "1kb",
}

Sent = Mapping[str, Any]  # by the browser
Answer = dict[str, Any]  # to it


def chat_page(bot: Callable[[], Bot], desk: Desk, starters: Sequence[str] = STARTERS) -> gr.Blocks:
    """Return the page; `bot` returns the bot to use now, `starters` are the intents offered first."""
    page = ChatPage(bot, starters)
    blocks: gr.Blocks = gr.Blocks(title=next(iter(desk.name.values())), analytics_enabled=False)
    with blocks:
        gr.HTML(
            shell(desk),
            js_on_load=(HERE / "chat.js").read_text("utf-8"),
            apply_default_css=False,
            server_functions=[_function(f) for f in page.functions],
        )
    return blocks


def shell(desk: Desk) -> str:
    """Return the page without its conversation and without wording, which depend on the visitor."""
    languages = page_languages(desk.languages)
    name = next(iter(desk.name.values()))
    buttons = "".join(
        f'<button type="button" lang="{code}" data-language="{code}">{escape(words(code)["label"])}</button>'
        for code in languages
    )
    return Template((HERE / "shell.html").read_text("utf-8")).substitute(
        colours=accent_variables(desk.accent),
        name=escape(name),
        initial=escape(name[:1]),
        languages=buttons if len(languages) > 1 else "",
    )


class ChatPage:
    """What the browser may ask for; each answer is drawn from the database of this moment."""

    def __init__(self, bot: Callable[[], Bot], starters: Sequence[str]) -> None:
        self._bot = bot
        self._starters = starters

    @property
    def functions(self) -> tuple[Callable[..., Answer], ...]:
        return (
            self.open,
            self.say,
            self.leave,
            self.news,
            self.score,
            self.comment,
            self.rate,
            self.ask_reason,
        )

    def open(self, sent: Sent, request: gr.Request) -> Answer:
        """Return the page's wording and the conversation of a session, a new one if there is none."""
        bot, session = self._bot(), _session(sent)
        language = self._language(sent, request.headers.get("accept-language", ""))
        ratings = {r.number: r for r in bot.conversations.ratings(session)}
        state, rows = bot.conversations.state(session), bot.conversations.turns(session)
        said = words(language)
        shown = [render.Exchange.of_row(row, ratings.get(row.number)) for row in rows]
        remarks = bot.conversations.remarks(session)
        talk = people.transcript(shown, remarks, said, quick=state.owner != "person")
        return {
            "session": session,
            "language": language,
            "words": {**said, **self._heading(bot.desk, language)},
            **people.owner(state),
            "html": talk or self._welcome(bot.desk, sent, language),
            "score": score.question(said) if score.asks_score(state, rows) else "",
        }

    def say(self, sent: Sent) -> Answer:
        """Answer a message; what went wrong is told in `note`, and never how."""
        bot, session = self._bot(), _session(sent)
        said = words(self._language(sent))
        try:
            turn = bot.reply(session, sent.get("text", ""))
        except MessageError:
            return {"session": session, "note": said["empty"]}
        except Exception:  # the browser offers to send it again
            log.exception("session %s: a message could not be answered", session)
            return {"session": session, "note": said["failed"], "again": True}
        shown = render.turn(render.Exchange.of(turn), said)
        state = bot.conversations.state(session)
        asks = turn.decision.route == "social" and score.asks_score(state, bot.conversations.turns(session))
        asked = score.question(said) if asks else ""
        return {"session": session, "html": shown, "score": asked, **people.owner(state)}

    def leave(self, sent: Sent) -> Answer:
        """Let the customer wait no longer for a person, and return who has the conversation now."""
        conversations, session = self._bot().conversations, _session(sent)
        if people.may_leave(conversations.state(session)):
            conversations.withdraw(session)
        return people.owner(conversations.state(session))

    def news(self, sent: Sent) -> Answer:
        """Return what has come since a turn and a remark, and who has the conversation now."""
        bot, session = self._bot(), _session(sent)
        said = words(self._language(sent))
        state = bot.conversations.state(session)
        since = _number(sent.get("turn"))
        rows = bot.conversations.turns(session, since) if state.turns > since else []
        remarks = bot.conversations.remarks(session, _number(sent.get("remark")))
        shown = [render.turn(render.Exchange.of_row(row, None), said, quick_replies=False) for row in rows]
        asks = state.closed is not None and score.asks_score(state, rows)
        return {
            **people.owner(state),
            "html": "".join([*shown, *(people.said(r, said) for r in remarks)]),
            "score": score.question(said) if asks else "",
        }

    def score(self, sent: Sent) -> Answer:
        """Keep the one tap at the end, if it was asked for; return what to show in its place."""
        conversations, session, tapped = self._bot().conversations, _session(sent), sent.get("score")
        if type(tapped) is not int or tapped not in score.SCORES:
            return {}
        if not score.asks_score(conversations.state(session), conversations.turns(session)):
            return {}
        kept = conversations.score(session, tapped)
        said = words(self._language(sent))
        if not kept:
            return {}
        return {"html": score.why(said) if tapped <= LOW else score.thanks(said)}

    def comment(self, sent: Sent) -> Answer:
        """Keep what a customer who gave a low score says of it, masked; return what to show in its place."""
        session, text = _session(sent), sent.get("text")
        if isinstance(text, str) and (
            text := text.encode("utf-8", "ignore").decode().replace("\0", "").strip()
        ):
            self._bot().conversations.comment(session, mask(text[:REASON_CHARS])[0])
        return {"html": score.thanks(words(self._language(sent)))}

    def rate(self, sent: Sent) -> Answer:
        """Keep a thumb, and its reason if there is one; return what to show under the answer."""
        session, number, helpful = _session(sent), sent.get("number"), sent.get("helpful")
        if not isinstance(number, int) or not 0 < number < MOST_TURNS or not isinstance(helpful, bool):
            return {}
        reason = None if helpful else _reason(sent)
        try:
            self._bot().conversations.rate(session, number, helpful, reason)
        except MessageError:
            return {}
        said = words(self._language(sent))
        return {"html": render.reasons(said) if not helpful and reason is None else render.thanks(said)}

    def ask_reason(self, sent: Sent) -> Answer:
        """Return the field for a reason in other words."""
        return {"html": render.other_reason(words(self._language(sent)))}

    def _language(self, sent: Sent, accept: str = "") -> str:
        languages = page_languages(self._bot().desk.languages)
        chosen = sent.get("language")
        return chosen if chosen in languages else wanted_language(accept, languages)

    def _heading(self, desk: Desk, language: str) -> Answer:
        name = spoken(desk.name, language)
        person = spoken(desk.intents[PERSON].title, language) if PERSON in desk.intents else ""
        return {"name": name, "initial": name[:1], "person": person}

    def _welcome(self, desk: Desk, sent: Sent, language: str) -> str:
        hour = sent.get("hour")  # where the customer is
        if not isinstance(hour, int) or not 0 <= hour < 24:
            hour = datetime.now(ZoneInfo(desk.timezone)).hour
        part = next(name for until, name in PARTS_OF_DAY if hour < until)
        template = desk.templates.get(f"system.welcome_{part}")
        greeting = spoken(template.texts, language) if template else spoken(desk.name, language)
        offered = [desk.intents[i] for i in self._starters if i in desk.intents]
        offered += [i for i in desk.intents.values() if i.kind in ("act", "answer") and i not in offered]
        titles = [spoken(intent.title, language) for intent in offered[:SHOWN]]
        return render.welcome(greeting, titles, words(language))


def _function(method: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a method as a plain function, which the toolkit can mark as callable from the browser."""

    @wraps(method)
    def call(sent: object, *request: gr.Request) -> Answer:
        return method(sent if isinstance(sent, dict) else {}, *request)

    return call


def _session(sent: Sent) -> str:
    """Return the session that the browser names, or a new one."""
    session = sent.get("session")
    return session if isinstance(session, str) and SESSION.fullmatch(session) else new_session()


def _number(sent: object) -> int:
    """Return a number that the browser has from us, 0 for anything else."""
    return sent if type(sent) is int and 0 <= sent <= MOST_ID else 0


def _reason(sent: Sent) -> str | None:
    """Return one of the reasons offered, for "other" with the customer's words, masked."""
    reason, detail = sent.get("reason"), sent.get("detail")
    if reason not in render.REASONS:
        return None
    if reason != "other" or not isinstance(detail, str) or not detail.strip():
        return str(reason)
    return f"other: {mask(detail.strip()[:REASON_CHARS])[0]}"
