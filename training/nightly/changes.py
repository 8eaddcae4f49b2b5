"""Logged questions asked of both releases: whose route or answer changes, and how many each answers."""

from collections import Counter
from typing import Any

from sqlalchemy import Engine

from bot.pipeline import Bot
from data.logged_questions import logged_questions
from training.nightly.stages import Report


def changes(engine: Engine, live: Bot, candidate: Bot, most: int, report: Report) -> dict[str, Any]:
    """Return `asked`, `coverage` (how often each route was taken) and `changes`, most frequent first.

    Each is asked as the first message of a conversation: what hung on earlier ones is not seen here.
    """
    questions = logged_questions(engine, most)
    routes: dict[str, Counter[str]] = {"live": Counter(), "candidate": Counter()}
    found = []
    for number, question in enumerate(questions):
        report(number / len(questions), f"{number} of {len(questions)} logged questions")
        before, after = _said(live, question.text), _said(candidate, question.text)
        routes["live"][before["route"]] += question.count
        routes["candidate"][after["route"]] += question.count
        if before != after:
            found.append({"text": question.text, "count": question.count, "before": before, "after": after})
    return {
        "asked": sum(q.count for q in questions),
        "coverage": {release: dict(of) for release, of in routes.items()},
        "changes": found,
    }


def _said(bot: Bot, text: str) -> dict[str, Any]:
    turn = bot.try_out(text)
    return {"route": turn.decision.route, "intent": turn.intent, "reply": turn.reply}
