"""What a template is called on the page: when it applies, in the reader's words; its id is for files."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bot.staff.wording import console_words
from data.answer.files import Content, Subject
from data.desk import PLACEHOLDER, Desk

WORDS_SHOWN = 2  # of those of which a message must have one
NAMED = ("country", "city", "method")
NEEDED = (*NAMED, "product", "snippet")  # placeholders that not every message fills
Words = Mapping[str, str]


def answer_names(desk: Desk, contents: Mapping[Subject, Content], language: str) -> dict[Subject, str]:
    """Return the name of each template; those of one intent that apply alike are numbered."""
    words = console_words(language)["answers"]
    templates = {s: c for s, c in contents.items() if s.kind == "template"}
    by_state = {_intent(s) for s, c in templates.items() if c.get("when", {}).get("order_status")}
    parts = {
        s: [*_of_desk(s, words), *_conditions(desk, c, words, language, _intent(s) in by_state)]
        for s, c in templates.items()
    }
    conditional = {_intent(s) for s, said in parts.items() if said}
    alike: Counter[tuple[str, str]] = Counter()
    names = {}
    for subject, said in parts.items():
        always = words["applies_otherwise" if _intent(subject) in conditional else "applies_always"]
        name = _sentence(words["comma"].join(said) or always)
        alike[_intent(subject), name] += 1
        names[subject] = _numbered(name, alike[_intent(subject), name], words)
    return names


def _intent(subject: Subject) -> str:
    return subject.id.split(".")[0]


def _of_desk(subject: Subject, words: Words) -> Iterator[str]:
    """Yield when one of the desk's own sentences is said."""
    if _intent(subject) == "system":
        name = subject.id.split(".")[1]
        yield words.get(f"system_{name}", name.replace("_", " "))


def _conditions(desk: Desk, content: Content, words: Words, language: str, by_state: bool) -> Iterator[str]:
    """Yield the conditions of a template, also those that its placeholders make."""
    when = content.get("when", {})
    if states := when.get("order_status"):
        texts = [desk.order_status.get(s, {}).get(language, s) for s in states]
        yield words["applies_order_status"].replace("{states}", words["or"].join(texts))
    elif "order" in when:
        other = when["order"] == "known" and by_state
        key = "applies_order_other" if other else f"applies_order_{when['order']}"
        yield words.get(key, str(when["order"]))
    for name in ("mood", "hours", *NAMED):
        if name in when:
            yield words.get(f"applies_{name}_{when[name]}", str(when[name]))
    if says := when.get("says"):
        yield _says(says, words, language)
    used = {name for text in content["texts"].values() for name in PLACEHOLDER.findall(text)}
    yield from (words[f"applies_{name}"] for name in NEEDED if name in used and name not in when)


def _says(says: list[Any], words: Words, language: str) -> str:
    """Return the first of the words that a message may have, in the reader's language where it has any."""
    han = [w for w in says if any("\u4e00" <= c <= "\u9fff" for c in w)]
    own = (han if language == "zh" else [w for w in says if w not in han]) or says
    shown = words["between"].join(words["quoted"].replace("{word}", w) for w in own[:WORDS_SHOWN])
    return words["applies_says" if len(says) <= WORDS_SHOWN else "applies_says_more"].replace(
        "{words}", shown
    )


def _numbered(name: str, number: int, words: Words) -> str:
    again = words["applies_again"].replace("{name}", name).replace("{n}", str(number))
    return name if number == 1 else again


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
