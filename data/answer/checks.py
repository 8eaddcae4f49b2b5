"""What may be wrong with an edited answer, found before it is kept: which part, and what of it.

Not covered: whether the words are true, kind or the same in each language.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from pydantic import ValidationError

from data.answer.files import Content, Subject, article_of
from data.desk import NAMED, PLACEHOLDER, Article, Conditions, Desk, OrderStatus, Template
from data.errors import DeskError

MOST_TEXT = 1500  # characters of a template in one language: a chat message, not a page
MOST_BODY = 20_000
MOST_TITLE = 120
ORDER_FIELDS = (
    "number", "status", "items", "placed", "total", "eta", "delivered", "carrier", "tracking",
    "refund_amount",
)  # fmt: skip
FROM_MESSAGE = ("snippet", "product", "country", "city", "method", "example", "number")
TEMPLATE_ID = re.compile(r"[a-z][a-z0-9_]{0,40}\.[a-z0-9_]{1,22}")
ARTICLE_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
MESSAGES = {
    "id": "{found} is no id: a template's is its intent, a dot and a name; small letters, digits, _ or -",
    "unknown_intent": "there is no intent {found}",
    "missing": "the text is missing",
    "no_title": "the title is missing",
    "unknown_language": "the desk does not speak {found}",
    "too_long": "the text has more than {found} characters",
    "syntax": "{found} is no placeholder; write it as {{fact.return_days}}",
    "unknown_fact": "there is no fact {found}",
    "unknown_slot": "there is no slot {found}",
    "unknown_placeholder": "{found} is nothing that is known here",
    "differs": "{found} is not in every language, so that the sentence may say less in one",
    "condition": "{found} is no condition",
    "contradiction": "an order that is unknown has no status",
    "no_countries": "a condition on the country needs the fact countries",
    "empty_section": "the heading {found} has no text below it",
    "no_intents": "the article belongs to no intent, so that it is rarely found",
    "no_answer": "without it some customers get no answer: {found}",
    "needed": "the desk needs {found}; it can be changed but not retired",
}
HINTS = ("differs", "no_intents")  # said, but not in the way


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: in which part (a language, `when`, `next`, `id` …), and what was found."""

    where: str
    code: str
    found: str = ""

    @property
    def is_hint(self) -> bool:
        return self.code in HINTS

    def __str__(self) -> str:
        return f"{self.where}: {MESSAGES[self.code].format(found=self.found)}"


def check_answer(desk: Desk, subject: Subject, content: Content) -> tuple[Problem, ...]:
    """Return what is wrong with an answer's content on this desk, hints last."""
    of_kind = _template if subject.kind == "template" else _article
    found = dict.fromkeys((*_languages(desk, content), *of_kind(desk, subject, content)))
    return tuple(sorted(found, key=lambda problem: problem.is_hint))


def check_loss(desk: Desk, subject: Subject, content: Content | None) -> tuple[Problem, ...]:
    """Return which customers get no answer any more when a template becomes `content`; None: retired.

    `desk` is the desk before the change. What had no answer before is not held against it.
    """
    if subject.kind != "template":
        return ()
    others = [t for t in desk.templates.values() if t.id != subject.id]
    changed = None if content is None else Template(id=subject.id, **content)
    after = [*others, *([changed] if changed else [])]
    if subject.id.startswith("system."):
        group = ".".join(subject.id.split(".")[:2])
        left = any(f"{t.id}.".startswith(f"{group}.") for t in after)
        return () if left else (Problem("id", "needed", group),)
    intent = subject.id.split(".")[0]
    before = _gaps(desk, intent, list(desk.templates.values()))
    lost = [gap for gap in _gaps(desk, intent, after) if gap not in before]
    return (Problem("when", "no_answer", ", ".join(lost)),) if lost else ()


def lost_answers(before: Desk, after: Desk) -> list[str]:
    """Return what customers were answered before and would not be any more, by intent and situation."""
    lost = [
        f"{intent} ({gap})"
        for intent in after.intents
        if before.answers.get(intent) != after.answers.get(intent)
        for gap in _gaps(after, intent, list(after.answers.get(intent, ())))
        if gap not in _gaps(before, intent, list(before.answers.get(intent, ())))
    ]
    return lost + sorted(_sentences(before) - _sentences(after))


def _sentences(desk: Desk) -> set[str]:
    return {".".join(name.split(".")[:2]) for name in desk.templates if name.startswith("system.")}


def serious(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return what keeps an answer from being used."""
    return tuple(problem for problem in problems if not problem.is_hint)


def _languages(desk: Desk, content: Content) -> Iterator[Problem]:
    for language in content["texts"]:
        if language not in desk.languages:
            yield Problem(language[:16], "unknown_language", language[:16])


def _template(desk: Desk, subject: Subject, content: Content) -> Iterator[Problem]:
    intent = subject.id.split(".")[0]
    known_before = subject.id in desk.templates
    if not known_before and not TEMPLATE_ID.fullmatch(subject.id):
        yield Problem("id", "id", subject.id[:64])
    if intent not in desk.intents and not (intent == "system" and known_before):
        yield Problem("id", "unknown_intent", intent[:64])
    yield from _conditions(desk, content)
    for named in content["next"]:
        if named not in desk.intents:
            yield Problem("next", "unknown_intent", named[:64])
    for language in desk.languages:
        text = content["texts"].get(language, "")
        if not text.strip():
            yield Problem(language, "missing")
        if len(text) > MOST_TEXT:
            yield Problem(language, "too_long", str(MOST_TEXT))
        yield from _placeholders(desk, subject, language, text)
    yield from _one_sided({k: v for k, v in content["texts"].items() if k in desk.languages})


def _conditions(desk: Desk, content: Content) -> Iterator[Problem]:
    try:
        when = Conditions.model_validate(content["when"])
    except ValidationError as error:
        for wrong in error.errors():
            yield Problem("when", "condition", ".".join(map(str, wrong["loc"]))[:64])
        return
    if when.order == "unknown" and when.order_status:
        yield Problem("when", "contradiction")
    if when.country and "countries" not in desk.facts:
        yield Problem("when", "no_countries")


def _placeholders(desk: Desk, subject: Subject, where: str, text: str) -> Iterator[Problem]:
    yield from _syntax(where, text)
    before = desk.templates[subject.id].placeholders() if subject.id in desk.templates else set()
    for name in PLACEHOLDER.findall(text):
        kind, _, rest = name.partition(".")
        if kind == "fact" and rest:
            if rest not in desk.facts:
                yield Problem(where, "unknown_fact", rest)
        elif subject.id.startswith("system."):  # these are said before anything else is known
            if name not in before:
                yield Problem(where, "unknown_placeholder", f"{{{name}}}")
        elif kind == "slot" and rest:
            if rest not in (*desk.slots, *NAMED):
                yield Problem(where, "unknown_slot", rest)
        elif not (kind == "order" and rest in ORDER_FIELDS) and name not in FROM_MESSAGE:
            yield Problem(where, "unknown_placeholder", f"{{{name}}}")


def _syntax(where: str, text: str) -> Iterator[Problem]:
    rest = PLACEHOLDER.sub("", text)
    for found in re.finditer(r"\{[^{}\n]{0,40}\}?|\}", rest):
        yield Problem(where, "syntax", found[0])


def _one_sided(texts: dict[str, str]) -> Iterator[Problem]:
    named = {language: set(PLACEHOLDER.findall(text)) for language, text in texts.items()}
    everywhere = set.intersection(*named.values()) if named else set()
    for language, names in named.items():
        for name in sorted(names - everywhere):
            yield Problem(language, "differs", f"{{{name}}}")


def _article(desk: Desk, subject: Subject, content: Content) -> Iterator[Problem]:
    known = subject.id in {a.id for a in desk.articles}
    if not known and not ARTICLE_ID.fullmatch(subject.id):
        yield Problem("id", "id", subject.id[:64])
    for named in content["intents"]:
        if named not in desk.intents:
            yield Problem("intents", "unknown_intent", named[:64])
    if not content["intents"]:
        yield Problem("intents", "no_intents")
    for language in desk.languages:
        text = content["texts"].get(language, {"title": "", "body": ""})
        yield from _article_text(desk, subject, content, language, text)


def _article_text(
    desk: Desk, subject: Subject, content: Content, language: str, text: dict[str, str]
) -> Iterator[Problem]:
    if not text["title"].strip():
        yield Problem(language, "no_title")
    if not text["body"].strip():
        yield Problem(language, "missing")
        return
    for part, most in (("title", MOST_TITLE), ("body", MOST_BODY)):
        if len(text[part]) > most:
            yield Problem(language, "too_long", str(most))
        yield from _syntax(language, text[part])
        for name in PLACEHOLDER.findall(text[part]):
            if not name.startswith("fact."):
                yield Problem(language, "unknown_placeholder", f"{{{name}}}")
            elif name[5:] not in desk.facts:
                yield Problem(language, "unknown_fact", name[5:])
    try:
        article = article_of(subject.id, content, language)
    except DeskError:
        yield Problem(language, "syntax", text["title"][:40])
        return
    for heading in _empty_sections(text["body"], article):
        yield Problem(language, "empty_section", heading)


def _empty_sections(body: str, article: Article) -> list[str]:
    said = {section.heading for section in article.sections}
    headings = [h.strip() for h in re.findall(r"^##\s+(.*)$", body, re.MULTILINE)]
    return [heading for heading in headings if heading not in said]


def _gaps(desk: Desk, intent: str, templates: list[Template]) -> list[str]:
    """Return in which situations no template of an intent is sure to be usable."""
    mine = [t for t in templates if t.intent == intent and not (t.when.mood or t.when.named or t.when.says)]
    plain = [t for t in mine if t.when.order != "known" and not t.when.order_status and _needs_no_order(t)]
    gaps = [h for h in ("open", "closed") if not any(t.when.hours in (None, h) for t in plain)]
    if "order_number" in desk.intents[intent].slots and desk.has_order_system:
        with_order = [t for t in mine if t.when.order != "unknown" and not t.when.hours and _order_only(t)]
        gaps += [
            status
            for status in get_args(OrderStatus)
            if not any(not t.when.order_status or status in t.when.order_status for t in with_order)
        ]
    return gaps


def _needs_no_order(template: Template) -> bool:
    return all(name.startswith("fact.") for name in template.placeholders())


def _order_only(template: Template) -> bool:
    return all(name.startswith(("fact.", "order.")) for name in template.placeholders())
