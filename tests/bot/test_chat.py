"""The conversation in a terminal, and why it answered so."""

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from bot.chat import converse as talk
from bot.chat import explanation, show
from bot.explain import WordEffect
from bot.pipeline import Bot
from bot.turn import Turn

Converse = Callable[..., list[Turn]]


WORDS = (WordEffect("ship", 7, 11, 0.51), WordEffect("you", 3, 6, -0.02))


def shown(turn: Turn, why: bool) -> str:
    console = Console(file=io.StringIO(), width=2000)
    show(console, turn, WORDS if why else None)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


class Typed(Console):
    """A console at which somebody types these lines, and then an empty one."""

    def __init__(self, *lines: str) -> None:
        super().__init__(file=io.StringIO(), width=2000)
        self._lines = [*lines, ""]

    def input(self, *_prompt: object, **_how: object) -> str:
        return self._lines.pop(0)

    @property
    def written(self) -> str:
        assert isinstance(self.file, io.StringIO)
        return self.file.getvalue()


def test_the_reply_its_buttons_and_its_sources_are_shown(converse: Converse) -> None:
    (turn,) = converse("do you ship to Canada?")
    text = shown(turn, why=False)
    assert text.startswith(turn.reply)
    assert all(f"[{quick}]" in text for quick in turn.quick_replies)
    articles = [p for p in turn.passages if p.kind == "article"]
    assert articles
    assert all(f"· {p.title}: " in text for p in articles)


def test_without_why_nothing_is_explained(converse: Converse) -> None:
    assert "acted on from" not in shown(converse("do you ship to Canada?")[0], why=False)


def test_why_says_route_confidence_limits_neighbours_and_release(converse: Converse) -> None:
    (turn,) = converse("do you ship to Canada?")
    lines = shown(turn, why=True).splitlines()
    why = "\n".join(lines)
    found = turn.understanding
    assert f"answer (intent_accepted), en, release {turn.release}" in why
    assert f"intents: international_shipping {found.best.confidence:.2f}" in why
    assert f"acted on from {found.accept_at:.2f}" in why
    assert "words: ship +0.51, you -0.02" in why
    assert f"in scope {found.in_scope:.2f}, refused below {found.refuse_below:.2f}" in why
    assert sum("near: " in line for line in lines) == 3
    assert sum("passage: " in line for line in lines) == len(turn.passages)


def test_why_calls_an_example_without_intent_out_of_scope(converse: Converse) -> None:
    (turn,) = converse("write me a poem about the sea")
    assert re.search(r"near: \d\.\d\d out of scope: ", explanation(turn, ()))


@pytest.mark.parametrize(
    "markup", ["[bold red]hello[/bold red]", "[/nothing]", "[link=https://example.org]x[/link]"]
)
def test_what_a_customer_types_is_no_markup_of_the_terminal(markup: str, bot: Bot) -> None:
    console = Typed(markup)
    talk(bot, console, why=True)
    assert console.written


def test_a_conversation_until_an_empty_line(bot: Bot) -> None:
    console = Typed("where is my order", "HB-2048817")
    talk(bot, console, why=True)
    assert "ask_slot (slot_missing)" in console.written
    assert "answer (slot_filled)" in console.written


def test_silence_is_explained(converse: Converse) -> None:
    (turn,) = converse("hello")
    turn.reply, turn.quick_replies = "", ()
    assert shown(turn, why=False).startswith("(kept for the colleague who has this conversation")
