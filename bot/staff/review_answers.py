"""Finds the approved answers and articles that a reviewer may mean."""

from collections.abc import Iterator
from typing import Any

from data.desk import Desk
from retrieval.keywords import terms

SHOWN = 8
EXCERPT = 220  # characters


def find_answers(desk: Desk, wanted: str, language: str, most: int = SHOWN) -> list[dict[str, Any]]:
    """Return templates and articles that share the most terms with `wanted`, best first."""
    asked = set(terms(wanted))
    found = []
    for answer in _answers(desk, language):
        named = len(
            asked & set(terms(f"{answer['link']} {answer['title']}".replace("_", " ").replace(".", " ")))
        )
        shared = 2 * named + len(asked & set(terms(answer["text"])))
        if shared:
            found.append((shared, answer))
    found.sort(key=lambda pair: -pair[0])
    return [{**answer, "text": answer["text"][:EXCERPT]} for _, answer in found[:most]]


def has_answer(desk: Desk, link: str) -> bool:
    kind, _, name = link.partition(":")
    return (kind == "template" and name in desk.templates) or (
        kind == "article" and any(article.id == name for article in desk.articles)
    )


def _answers(desk: Desk, language: str) -> Iterator[dict[str, Any]]:
    for template in desk.templates.values():
        if template.intent in desk.intents:
            text = template.texts.get(language) or next(iter(template.texts.values()))
            title = desk.intents[template.intent].title
            shown = title.get(language) or next(iter(title.values()))
            yield {"link": f"template:{template.id}", "title": shown, "text": text}
    for article in desk.articles:
        if article.language == language:
            text = " ".join(p for section in article.sections for p in section.paragraphs)
            yield {"link": f"article:{article.id}", "title": article.title, "text": text}
