"""Logged questions asked of both releases: whose route or answer changes, and how many each answers."""

from collections import Counter
from typing import Any

from sqlalchemy import Engine

from bot.both_answers import both_answers, changed
from bot.pipeline import Bot
from data.log.questions import logged_questions
from training.nightly.stages import Report


def changes(engine: Engine, live: Bot, candidate: Bot, most: int, report: Report) -> dict[str, Any]:
    """Return `asked`, `coverage` (how often each route was taken) and `changes`, most frequent first."""
    questions = logged_questions(engine, most)
    routes: dict[str, Counter[str]] = {"live": Counter(), "candidate": Counter()}
    found = []
    for number, (question, before, after) in enumerate(both_answers(live, candidate, questions), 1):
        report(number / len(questions), f"{number} of {len(questions)} logged questions")
        routes["live"][before["route"]] += question.count
        routes["candidate"][after["route"]] += question.count
        if before != after:
            found.append(changed(question, before, after))
    return {
        "asked": sum(q.count for q in questions),
        "coverage": {release: dict(of) for release, of in routes.items()},
        "changes": found,
    }
