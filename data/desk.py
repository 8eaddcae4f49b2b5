"""A desk: the folder that makes Frontdesk one company's."""

import hashlib
import re
from collections.abc import Hashable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from data.errors import DeskError
from data.plain_errors import plainly

Text = str | dict[str, str]  # one text for all languages, or one per language
Texts = dict[str, str]  # language: text
OrderStatus = Literal[
    "awaiting_payment", "processing", "backordered", "shipped", "out_for_delivery",
    "delayed", "delivered", "cancelled", "returning", "refunded",
]  # fmt: skip
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")  # compared as text, so with both digits
PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
UNVERSIONED = ("dialogues", "calibration", "tests")  # parts of a desk that answering does not need
NAMED = ("order_number", "product", "country", "city")  # slots that any desk's messages may fill
LEAST_PLACES = 4  # digits or letters of a format; fewer would be found everywhere
SAYS_COUNTS = 4  # an answer for these very words comes before one for any state of an order
T = TypeVar("T")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads a desk ten times as fast
P = TypeVar("P", "Intent", "Template")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Intent(_Part):
    """What a customer can want; `kind` decides what the desk does about it."""

    id: str
    kind: Literal["answer", "act", "human", "social"]
    slots: tuple[str, ...] = ()
    title: Texts
    means: Texts


class Conditions(_Part):
    """When a template may be used; all that are given must hold."""

    order: Literal["known", "unknown", "general"] | None = None  # general: asked about no order in particular
    order_status: tuple[OrderStatus, ...] = ()
    mood: Literal["unhappy"] | None = None
    hours: Literal["open", "closed"] | None = None
    country: Literal["served", "not_served"] | None = None
    city: Literal["served", "not_served"] | None = None  # whether there is a shop
    method: Literal["served", "not_served"] | None = None  # of paying
    says: tuple[str, ...] = ()  # words, in any language, of which the message must have one

    @property
    def count(self) -> int:
        """How specific this is; a status says more than that there is an order, words more than a status."""
        single = (self.order, self.order_status, self.order_status, self.mood, self.hours, self.named)
        return sum(map(bool, single)) + SAYS_COUNTS * bool(self.says)

    @property
    def named(self) -> bool:
        """Whether this holds only where the message names something."""
        return bool(self.country or self.city or self.method)


class Template(_Part):
    """An approved answer, the same in every language of the desk."""

    id: str
    when: Conditions = Conditions()
    next: tuple[str, ...] = ()
    texts: Texts

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry  # for pydantic to refuse
        known = {k: v for k, v in entry.items() if k in cls.model_fields}
        return {"texts": {k: v for k, v in entry.items() if k not in known}, **known}

    @property
    def intent(self) -> str:
        return self.id.split(".")[0]

    def placeholders(self) -> set[str]:
        return {name for text in self.texts.values() for name in PLACEHOLDER.findall(text)}


class Method(_Part):
    """A way of paying and what customers call it, in any language."""

    name: Texts
    aliases: tuple[str, ...] = ()


class Product(_Part):
    """An article of the catalogue and what customers call it."""

    id: str
    name: Texts
    aliases: dict[str, tuple[str, ...]] = {}
    category: str
    price: Texts


class Section(_Part):
    """A heading and its paragraphs; the paragraphs before the first heading have none."""

    heading: str
    paragraphs: tuple[str, ...]


class Article(_Part):
    """A knowledge article in one language; its translation has the same id."""

    id: str
    language: str
    title: str
    intents: tuple[str, ...]
    sections: tuple[Section, ...]


def _clock_time(value: Any) -> Any:
    if isinstance(value, str) and TIME.fullmatch(value):
        return value
    unquoted = type(value) is int and 0 <= value <= 24 * 60  # YAML takes 18:00 for a number of base 60
    meant = f"{value // 60:02}:{value % 60:02}" if unquoted else "09:00"
    why = ", in quotes: without them YAML makes a number of it" if unquoted else ""
    raise ValueError(f'HH:MM such as "{meant}"{why}')


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as error:  # the last for a folder's name, "Europe"
        raise ValueError("an IANA name such as Europe/Berlin") from error


class Hours(_Part):
    """When people answer, in the desk's time zone; days count from Monday, 0."""

    days: tuple[int, ...]
    opens: Annotated[str, BeforeValidator(_clock_time)]
    closes: Annotated[str, BeforeValidator(_clock_time)]


class Slot(_Part):
    """What an intent needs to know; a number of the customer's has formats (bot/reference_numbers.py).

    Without `formats` the example's is taken, if that is letters and then digits.
    """

    example: str
    formats: tuple[str, ...] = ()  # # is a digit, @ a letter
    called: dict[str, tuple[str, ...]] = {}  # language: what customers call it
    ask: Texts

    @property
    def shapes(self) -> tuple[str, ...]:
        plain = re.fullmatch(r"[A-Za-z]*[^A-Za-z0-9]?\d[\d -]*", self.example)
        return self.formats or ((re.sub(r"\d", "#", self.example),) if plain else ())


class Desk(_Part):
    """Everything of one company that answering needs, read from its folder."""

    folder: Path
    id: str
    name: Texts
    languages: tuple[str, ...]
    accent: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    timezone: Annotated[str, AfterValidator(_zone)]
    hours: Hours
    facts: dict[str, Text]
    slots: dict[str, Slot]
    order_status: dict[OrderStatus, Texts]
    carriers: dict[str, Texts] = {}  # names of the order system's carriers, as customers know them
    payment_methods: tuple[Method, ...] = ()  # those asked for by name, accepted or not
    connectors: dict[str, dict[str, Any]] = {}
    intents: dict[str, Intent]
    templates: dict[str, Template]
    articles: tuple[Article, ...]
    products: tuple[Product, ...]

    @property
    def has_order_system(self) -> bool:
        """Whether the numbers that customers give can be looked up."""
        return "orders" in self.connectors

    @property
    def numbers(self) -> tuple[str, ...]:
        """The slots that customers fill with a number."""
        return tuple(name for name, slot in self.slots.items() if slot.shapes)

    @cached_property
    def answers(self) -> dict[str, tuple[Template, ...]]:
        """The templates of each intent, in the order of the file."""
        by_intent: dict[str, list[Template]] = {}
        for template in self.templates.values():
            by_intent.setdefault(template.intent, []).append(template)
        return {intent: tuple(templates) for intent, templates in by_intent.items()}

    def fact(self, name: str, language: str) -> str:
        """Return a policy fact as text; raises DeskError when the desk has no such fact."""
        if name not in self.facts:
            raise DeskError(f"no fact {name!r} in {self.folder / 'desk.yaml'}; add it under facts")
        value = self.facts[name]
        return value if isinstance(value, str) else value[language]

    def state_facts(self, text: str, language: str) -> str:
        """Return `text` with each `{fact.name}` replaced by its value; other placeholders stay."""

        def replace(found: re.Match[str]) -> str:
            name = found[1]
            return self.fact(name[5:], language) if name.startswith("fact.") else found[0]

        return PLACEHOLDER.sub(replace, text)


def load_desk(folder: Path) -> Desk:
    """Read and check a desk; raises DeskError naming the file and what is wrong with it."""
    folder = folder.resolve()
    if not (folder / "desk.yaml").is_file():
        raise DeskError(f"{folder} has no desk.yaml, so it is no desk; data/shop is an example of one")
    head = _read(folder / "desk.yaml", dict[str, Any])
    intents = _read(folder / "intents.yaml", list[Intent])
    templates = [t for f in sorted((folder / "templates").glob("*.yaml")) for t in _read(f, list[Template])]
    products = _read(folder / "products.yaml", list[Product]) if (folder / "products.yaml").exists() else []
    articles = [
        read_article(f, language)
        for language in (head["languages"] if isinstance(head.get("languages"), list) else ())
        for f in sorted((folder / "knowledge" / language).glob("*.md"))
    ]
    whole = {
        **head,
        "folder": folder,
        "intents": _by_id(intents, folder / "intents.yaml"),
        "templates": _by_id(templates, folder / "templates"),
        "products": tuple(products),
        "articles": tuple(articles),
    }
    desk = _validated(whole, Desk, folder / "desk.yaml")
    _check_references(desk)
    return desk


def fingerprint(folder: Path, encoder: str = "") -> str:
    """Return a digest of all that a release is built from: each file of the desk, and which encoder."""
    digest = hashlib.sha256(encoder.encode())
    for file in sorted(f for f in folder.rglob("*") if f.is_file() and "tests" not in f.parts):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def read_article(file: Path, language: str) -> Article:
    """Read a Markdown article with a head of id, title and intents between `---` lines."""
    return parse_article(_text(file), file, language)


def parse_article(text: str, file: Path, language: str) -> Article:
    """Return the article that `text` is; `file` is what an error names."""
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3:
        raise DeskError(f"{file} must start with a head between two lines of ---")
    sections: list[dict[str, Any]] = []
    for number, block in enumerate(re.split(r"^##\s+", parts[2], flags=re.MULTILINE)):
        heading, _, body = ("", "", block) if number == 0 else block.partition("\n")
        paragraphs = tuple(p.strip() for p in re.split(r"\n\s*\n", body) if p.strip())
        if paragraphs:
            sections.append({"heading": heading.strip(), "paragraphs": paragraphs})
    head = _validated(_parsed(parts[1], file), dict[str, Any], file)
    return _validated({**head, "language": language, "sections": tuple(sections)}, Article, file)


def read_yaml(file: Path) -> Any:
    """Return what a YAML file holds; raises DeskError where it can't be read."""
    return _parsed(_text(file), file)


def _read(file: Path, kind: type[T]) -> T:
    return _validated(read_yaml(file), kind, file)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeskError(f"{file} can't be read: {error}") from error


def _parsed(text: str, file: Path) -> Any:
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise DeskError(f"{file} can't be read: {_yaml_problem(error)}") from error


def _yaml_problem(error: yaml.YAMLError) -> str:
    """Return what is wrong with a YAML file and in which line; the library's own words need its manual."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return str(error)
    mark = error.problem_mark
    return (
        f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}; a text with a colon, a # or "
        "a brace in it stands in quotes, and entries of one list begin in one column"
    )


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(type[Any], kind))  # costs more to make than to use


def _validated(content: Any, kind: type[T], file: Path) -> T:
    try:
        checked: T = _adapter(cast(Hashable, kind)).validate_python(content)
    except ValidationError as error:
        raise DeskError(f"{file} is not as it should be: {plainly(error, content)}") from error
    return checked


def _by_id(parts: list[P], place: Path) -> dict[str, P]:
    found: dict[str, P] = {}
    for part in parts:
        if part.id in found:
            raise DeskError(f"{part.id!r} stands twice in {place}; rename one")
        found[part.id] = part
    return found


def _check_references(desk: Desk) -> None:
    for what, texts in _all_texts(desk):
        if missing := set(desk.languages) - set(texts):
            raise DeskError(f"{what} has no text in {', '.join(sorted(missing))}")
    for intent_id, intent in desk.intents.items():
        if unknown := set(intent.slots) - set(desk.slots):
            raise DeskError(
                f"intent {intent_id!r} needs the slots {sorted(unknown)}, "
                f"which {desk.folder / 'desk.yaml'} does not have; it has {', '.join(desk.slots) or 'none'}"
            )
    _check_slots(desk)
    for template in desk.templates.values():
        for name in template.placeholders():
            if name.startswith("fact.") and name[5:] not in desk.facts:
                raise _unknown_fact(desk, f"template {template.id!r}", name[5:])
        for named in (*template.next, template.intent):
            if named not in desk.intents and named != "system":
                raise DeskError(f"template {template.id!r} names the unknown intent {named!r}")
    for article in desk.articles:
        parts = [text for section in article.sections for text in (section.heading, *section.paragraphs)]
        for name in PLACEHOLDER.findall("\n".join((article.title, *parts))):
            if (fact := name.removeprefix("fact.")) not in desk.facts:
                raise _unknown_fact(desk, f"article {article.id!r}", fact)
        for named in article.intents:
            if named not in desk.intents:
                raise DeskError(f"article {article.id!r} names the unknown intent {named!r}")


def _unknown_fact(desk: Desk, where: str, name: str) -> DeskError:
    return DeskError(
        f"{where} states the fact {name!r}, which {desk.folder / 'desk.yaml'} does not have; add it under "
        f"facts there, or state one of {', '.join(desk.facts) or 'none'}"
    )


def _check_slots(desk: Desk) -> None:
    for name, slot in desk.slots.items():
        where = f"slot {name!r} in {desk.folder / 'desk.yaml'}"
        if not slot.shapes and name not in NAMED:
            raise DeskError(
                f"{where} has no formats, and its example {slot.example!r} is not letters and then digits, "
                "so no message could fill it; write formats such as [AB-######, '@@####'] (docs/desk.md)"
            )
        for shape in slot.formats:
            if len(re.findall(r"[#@]", shape)) < LEAST_PLACES or re.search(r"[^\w#@ ./-]", shape):
                raise DeskError(
                    f"{where} has the format {shape!r}; wanted are at least {LEAST_PLACES} # (digits) or @ "
                    "(letters), letters, digits, spaces and . / -"
                )
        if slot.formats and not any(_is_of(slot.example, shape) for shape in slot.formats):
            raise DeskError(f"{where}: the example {slot.example!r} is of none of its formats {slot.formats}")


def _is_of(example: str, shape: str) -> bool:
    pattern = re.escape(shape).replace(r"\#", "[0-9]").replace("@", "[A-Za-z]")
    return re.fullmatch(pattern, example) is not None


def _all_texts(desk: Desk) -> Iterator[tuple[str, Texts]]:
    """Yield everything that must be said in each of the desk's languages, and what it is."""
    yield f"the name in {desk.folder / 'desk.yaml'}", desk.name
    for name, fact in desk.facts.items():
        if not isinstance(fact, str):
            yield f"fact {name!r} in {desk.folder / 'desk.yaml'}", fact
    for name, slot in desk.slots.items():
        yield f"slot {name!r} in {desk.folder / 'desk.yaml'}", slot.ask
    for status, texts in desk.order_status.items():
        yield f"order status {status!r} in {desk.folder / 'desk.yaml'}", texts
    for method in desk.payment_methods:
        yield f"the payment method {method.name} in {desk.folder / 'desk.yaml'}", method.name
    for intent in desk.intents.values():
        yield f"the title of intent {intent.id!r}", intent.title
    for product in desk.products:
        yield f"the name of product {product.id!r}", product.name
    for template in desk.templates.values():
        yield f"template {template.id!r}", template.texts
