"""What two releases answer to the same questions, side by side.

Each is asked as the first message of a conversation: what hung on earlier ones is not seen here.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.pipeline import Bot
from data.log.questions import Question


def both_answers(
    before: Bot, after: Bot, questions: Iterable[Question]
) -> Iterator[tuple[Question, dict[str, Any], dict[str, Any]]]:
    """Yield each question with `route`, `intent` and `reply` of either release, as they are asked."""
    for question in questions:
        yield question, _answer(before, question.text), _answer(after, question.text)


def changed(question: Question, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return a change as reports and the console list it."""
    return {"text": question.text, "count": question.count, "before": before, "after": after}


def _answer(bot: Bot, text: str) -> dict[str, Any]:
    turn = bot.try_out(text)
    return {"route": turn.decision.route, "intent": turn.intent, "reply": turn.reply}
