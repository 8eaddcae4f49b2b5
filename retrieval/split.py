"""Cuts a desk's articles and templates into passages, policy facts filled in."""

from collections.abc import Iterator

from data.desk import PLACEHOLDER, Article, Desk
from retrieval.passage import Passage


def passages(desk: Desk) -> Iterator[Passage]:
    """Yield a passage for each paragraph of each article and each approved answer, per language."""
    for article in desk.articles:
        yield from _paragraphs(article, desk)
    for template in desk.templates.values():
        if template.intent not in desk.intents:
            continue
        for language, text in template.texts.items():
            yield Passage(
                id=template.id,
                kind="template",
                language=language,
                title=desk.intents[template.intent].title[language],
                heading="",
                # slots are empty until a customer fills them: they say nothing about the topic
                text=PLACEHOLDER.sub("", desk.state_facts(text, language)),
                intents=(template.intent,),
            )


def _paragraphs(article: Article, desk: Desk) -> Iterator[Passage]:
    number = 0
    for section in article.sections:
        for paragraph in section.paragraphs:
            number += 1
            yield Passage(
                id=f"{article.id}#{number}",
                kind="article",
                language=article.language,
                title=desk.state_facts(article.title, article.language),
                heading=desk.state_facts(section.heading, article.language),
                text=desk.state_facts(paragraph, article.language),
                intents=article.intents,
            )
