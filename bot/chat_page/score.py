"""How it was: asked once, when a person has closed the conversation or the customer takes their leave."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

from data.log.conversations import State

ENDINGS = ("goodbye", "thanks")  # intents with which customers take their leave
MOUTHS = ("M8.5 16.5q3.5-3.5 7 0", "M8.5 16q3.5-1.8 7 0", "M8.5 15.3h7", "M8.5 14.8q3.5 1.8 7 0",
          "M8 14.2q4 4.6 8 0")  # fmt: skip
SCORES = range(1, len(MOUTHS) + 1)


class Turned(Protocol):
    """What is looked at of a turn."""

    @property
    def route(self) -> str: ...
    @property
    def intent(self) -> str | None: ...


def asks_score(state: State, turns: Sequence[Turned]) -> bool:
    """Return whether now is the moment to ask: never twice, and never while people are at work."""
    if state.csat is not None or state.owner != "bot":
        return False
    if state.closed is not None:
        return True
    answered = next((n for n, t in enumerate(turns) if t.route == "answer"), len(turns))
    leaves = [t for t in turns[answered:] if t.route == "social" and t.intent in ENDINGS]
    return len(leaves) == 1 and leaves[0] is turns[-1]


def question(words: Mapping[str, str]) -> str:
    """Return five faces, each with its name."""
    label = escape(words["how_was_it"])
    faces = "".join(_face(n, mouth, words[f"score_{n}"]) for n, mouth in zip(SCORES, MOUTHS, strict=True))
    group = f'<section class="fd-score" role="group" aria-label="{label}">'
    return f"{group}<p>{label}</p><div>{faces}</div></section>"


def _face(score: int, mouth: str, name: str) -> str:
    return (
        f'<button type="button" data-score="{score}"><svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<circle cx="12" cy="12" r="9.2"/><path d="M9 9.2v.9M15 9.2v.9"/><path d="{mouth}"/></svg>'
        f"<span>{escape(name)}</span></button>"
    )


def thanks(words: Mapping[str, str]) -> str:
    return f'<p class="fd-event" role="status">{escape(words["scored"])}</p>'


def why(words: Mapping[str, str]) -> str:
    """Return the field for what was wrong, which may stay empty."""
    label = escape(words["why_so"])
    return (
        f'<form class="fd-why"><label for="fd-why">{label}</label><div class="fd-other">'
        f'<input id="fd-why" maxlength="300" autocomplete="off">'
        f'<button type="submit">{escape(words["send"])}</button></div></form>'
    )
