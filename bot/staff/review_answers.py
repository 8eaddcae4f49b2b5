"""Finds the approved answers and articles that a reviewer may mean."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from data.desk import Desk
from retrieval.keywords import KeywordIndex

SHOWN = 8
EXCERPT = 220  # characters


class AnswerSearch:
    """BM25 over a release's templates and articles; made when somebody searches, anew for each release."""

    def __init__(self) -> None:
        self._release = ""
        self._indexes: dict[str, tuple[list[dict[str, Any]], KeywordIndex]] = {}

    def find(
        self, desk: Desk, release: str, wanted: str, language: str, most: int = SHOWN
    ) -> list[dict[str, Any]]:
        """Return the answers that share words with `wanted`, best first: `link`, `title` and `text`."""
        if release != self._release:
            self._release, self._indexes = release, {}
        if language not in self._indexes:
            answers = list(_answers(desk, language))
            texts = [f"{a['link']} {a['title']} {a['text']}".replace("_", " ") for a in answers]
            self._indexes[language] = (answers, KeywordIndex.of(texts))
        answers, index = self._indexes[language]
        scores = index.scores(wanted)
        best = [int(at) for at in np.argsort(-scores, kind="stable")[:most] if scores[at] > 0]
        return [{**answers[at], "text": answers[at]["text"][:EXCERPT]} for at in best]


def has_answer(desk: Desk, link: str) -> bool:
    kind, _, name = link.partition(":")
    return (kind == "template" and name in desk.templates) or (
        kind == "article" and any(article.id == name for article in desk.articles)
    )


def _answers(desk: Desk, language: str) -> Iterator[dict[str, Any]]:
    for template in desk.templates.values():
        if template.intent in desk.intents:
            title = desk.intents[template.intent].title
            yield {
                "link": f"template:{template.id}",
                "title": title.get(language) or next(iter(title.values())),
                "text": desk.state_facts(template.texts[language], language),
            }
    for article in desk.articles:
        if article.language == language:
            text = " ".join(p for section in article.sections for p in section.paragraphs)
            yield {
                "link": f"article:{article.id}",
                "title": article.title,
                "text": desk.state_facts(text, language),
            }
