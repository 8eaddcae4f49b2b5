"""Groups of questions → topics: what each is about, in the words of both languages."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from bot.reference_numbers import ReferenceNumbers
from data.night.topics import Topic, means_of
from retrieval.clusters import clusters_of, middles
from retrieval.distinctive import MOST, distinctive_words, names_something
from retrieval.encoder import Vectors
from retrieval.keywords import words
from retrieval.ward import Labels
from training.history.mine.questions import Question
from training.history.mine.titles import bare, shared_words, title_of, without_numbers

LEAST = 3  # questions that make a topic
NAME_WORDS = 3
CONSIDERED = 12  # words that set a topic apart, of which those that several of its questions have are kept
COMMON = 0.15  # share of a topic's questions that have a word which names it
_SLUG = re.compile(r"[a-z][a-z0-9]*")


@dataclass(frozen=True)
class Found:
    """A topic as it was found: rows of its questions, the most typical first, and what sets it apart."""

    group: str
    rows: Labels
    words: Mapping[str, Sequence[str]]  # language: what sets it apart, best first
    cohesion: float  # mean cosine of its questions to their middle, in the space that was grouped

    @property
    def size(self) -> int:
        return len(self.rows)


def topics_of(
    questions: Sequence[Question],
    near: Vectors,
    count: int | None = None,
    known: AbstractSet[int] = frozenset(),
) -> list[Found]:
    """Return the topics of some questions, largest first; `near` are their vectors (likeness.py), (n, dim).

    Rows that are `known` help to tell the groups apart and are in none: nobody has to be asked about them.
    """
    labels = clusters_of(near, count)
    centres = middles(near, labels)
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    typical = np.einsum("nd,nd->n", near, centres[labels])
    order = np.lexsort((np.arange(len(labels)), -typical, labels))
    parts = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    new = np.array([row not in known for row in range(len(labels))])
    parts = [part[new[part]] for part in parts]
    parts = sorted((p for p in parts if len(p) >= LEAST), key=lambda p: (-len(p), int(p[0])))
    names = _words([[questions[i] for i in part] for part in parts])
    return [
        Found(f"g{number:03}", part, named, float(typical[part].mean()))
        for number, (part, named) in enumerate(zip(parts, names, strict=True), 1)
    ]


def named(
    found: Found,
    questions: Sequence[Question],
    languages: Sequence[str],
    taken: set[str],
    numbers: ReferenceNumbers,
) -> Topic:
    """Return a proposal for a topic: an id from its English words, and a typical short question as title."""
    own = [questions[i] for i in found.rows]
    common = _common(found, [_naming(q) for q in own if q.language == "en"])
    title = {}
    for la in languages:
        texts = [q.text for q in own if q.language == la]
        if text := title_of(texts, found.words.get(la, ()), la, numbers):
            title[la] = text
    own_words = _own_words(common, title.get("en", ""))
    return Topic(
        group=found.group, id=_id(found, own_words, taken), title=title, means=_means(found, languages)
    )


def languages_of(found: Found, questions: Sequence[Question]) -> dict[str, int]:
    return dict(Counter(questions[i].language for i in found.rows))


def with_order_number(found: Found, questions: Sequence[Question], numbers: ReferenceNumbers) -> float:
    """Return the share of a topic's questions that name a number of the customer's."""
    return sum(bool(numbers.find(questions[i].text)) for i in found.rows) / found.size


def _words(groups: Sequence[Sequence[Question]]) -> list[dict[str, list[str]]]:
    """Return for each group and language the words that set it apart from the others, best first.

    Words that only one of a group's messages has are left out: typing errors are among them.
    """
    languages = sorted({q.language for group in groups for q in group})
    found: list[dict[str, list[str]]] = [{} for _ in groups]
    for la in languages:
        texts = [[_naming(q) for q in group if q.language == la] for group in groups]
        for own, apart, said in zip(found, distinctive_words(texts, CONSIDERED), texts, strict=True):
            shared = shared_words(said)
            if kept := [w for w in apart if w in shared][:MOST] or apart[:1]:
                own[la] = kept
    return found


def _naming(question: Question) -> str:
    """Return what of a question may name its topic: no greeting, "please" or number."""
    return bare(without_numbers(question.text), question.language)


def _common(found: Found, texts: Sequence[str]) -> list[str]:
    """Return those of a topic's English words that many of its questions have, and two at least."""
    counts = Counter(word for text in texts for word in set(words(text)))
    latin = [w for w in found.words.get("en", ()) if _SLUG.fullmatch(w)]
    shared = [w for w in latin if counts[w] >= 2]
    return [w for w in shared if counts[w] >= COMMON * len(texts)] or shared[:1]


def _own_words(common: Sequence[str], title: str) -> Sequence[str]:
    """Return the words that name a topic: those in common, or its title's where that has none of them."""
    said = [w for w in words(title) if names_something(w) and _SLUG.fullmatch(w)]
    return common if len(common) > 1 or set(common) & set(said) else said[:NAME_WORDS] or common


def _id(found: Found, common: Sequence[str], taken: set[str]) -> str:
    latin = common[:NAME_WORDS]
    name = "_".join(latin)[:36].strip("_") or f"topic_{found.group[1:]}"
    number = 2
    while name in taken:
        name = f"{name.rsplit('_no', 1)[0]}_no{number}"
        number += 1
    taken.add(name)
    return name


def _means(found: Found, languages: Sequence[str]) -> dict[str, str]:
    """Return a first definition: the words that set the topic apart, for staff to put in their own."""
    said = {la: means_of(found.words[la], la) for la in languages if la in found.words}
    return said or dict.fromkeys(languages, found.group)
