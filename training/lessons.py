"""What reviewers taught, weighted and checked, and the history that training has with it."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from bot.classifier import Classifier
from data.desk import Desk
from data.fold import fold
from data.night.stranded import named_once
from data.night.taught import LeftOut, Lesson, last_verdict, lessons, overruled, take_in
from data.review.examples import NEW, new_intents
from retrieval.encoder import Encoder
from training.examples import History, LabelledMessage, history_of
from training.fit_intent import encode_messages

HALF_LIFE = 730.0  # days after which a review weighs half
LEAST_WEIGHT = 0.25
PRIOR = 10  # reviews of an author that were agreed with, thought of beforehand
SURE = 0.9  # confidence from which the live release's reading speaks against a review's
MOST_CONTRADICTED = 0.25  # share of an author's fresh reviews
LEAST_CONTRADICTED = 10
Z = 1.645  # one-sided 95 %


@dataclass(frozen=True)
class Author:
    """One person's part in what is taught; `contradicted` counts fresh reviews that the live release, sure
    of itself, reads as another known intent."""

    examples: int
    fresh: int
    weight: float
    contradicted: int = 0
    kept_out: bool = False


@dataclass(frozen=True)
class Lessons:
    """Everything taught that this desk can use."""

    learned: tuple[Lesson, ...]
    exam: tuple[Lesson, ...]
    authors: Mapping[str, Author]
    new_intents: Mapping[str, Mapping[str, str]]  # id → title per language
    left_out: tuple[LeftOut, ...]
    until: int  # id of the last verdict that was looked at

    @cached_property
    def fresh(self) -> int:
        return sum(lesson.fresh for lesson in (*self.learned, *self.exam))

    @property
    def people(self) -> list[str]:
        return sorted({*self.authors, *(lesson.author for lesson in self.exam)})

    @property
    def kept_out(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, author in self.authors.items() if author.kept_out))


def collect(engine: Engine, desk: Desk, since: datetime | None = None) -> Lessons:
    """Return what reviewers taught that this desk can use, and why of the rest nothing is learned."""
    until = last_verdict(engine)
    left_out = take_in(engine)
    proposed = {name.removeprefix(NEW): title for name, title in new_intents(engine).items()}
    wanted = {name: title for name, title in proposed.items() if set(desk.languages) <= set(title)}
    once = named_once(engine)
    usable: list[Lesson] = []
    for lesson in lessons(engine, since):
        if lesson.verdict > until:
            continue
        if why := _unusable(lesson, desk, wanted, proposed.keys(), once):
            left_out.append(LeftOut(lesson.turn, why))
        else:
            usable.append(lesson)
    learned = tuple(lesson for lesson in usable if not lesson.exam)
    taught = {(lesson.language, fold(lesson.text).lower()) for lesson in learned}
    exam = tuple(e for e in usable if e.exam and (e.language, fold(e.text).lower()) not in taught)
    used = {label for lesson in learned for label in lesson.labels} & wanted.keys() - desk.intents.keys()
    return Lessons(
        learned,
        exam,
        _authors(learned, overruled(engine)),
        {name: wanted[name] for name in sorted(used)},
        tuple(left_out),
        until,
    )


def known(engine: Engine, desk: Desk) -> Lessons:
    """Return what a release has learned already: all that training has where no night is."""
    learned = tuple(
        lesson
        for lesson in lessons(engine)
        if not (lesson.fresh or lesson.exam or _unusable(lesson, desk, {}))
    )
    return Lessons(learned, (), _authors(learned, overruled(engine)), {}, (), 0)


def checked(taught: Lessons, against: Iterable[Lesson], trust: Collection[str]) -> Lessons:
    """Return the lessons without the fresh ones of authors whom the live release contradicts too often.

    `against` are the fresh lessons that it contradicts (`contradictions`).

    A correction is where the live release was wrong, and it mostly was unsure there. Who contradicts it time
    and again where it is sure, and right nine times in ten, has mixed something up, or worse. Intents that
    the live release does not know are no contradiction.
    """
    counts = Counter(lesson.author for lesson in against)
    authors = {
        name: replace(
            author,
            contradicted=counts[name],
            kept_out=name not in trust and too_often(counts[name], author.fresh),
        )
        for name, author in taught.authors.items()
    }
    out = {name for name, author in authors.items() if author.kept_out}
    keep = [e for e in taught.learned if not (e.fresh and e.author in out)]
    exam = [e for e in taught.exam if not (e.fresh and e.author in out)]
    used = {label for lesson in keep for label in lesson.labels}
    wanted = {name: title for name, title in taught.new_intents.items() if name in used}
    return replace(taught, learned=tuple(keep), exam=tuple(exam), authors=authors, new_intents=wanted)


def strangers(taught: Lessons, trust: Collection[str]) -> list[str]:
    """Return names to trust by which nobody has taught anything: typing errors, most likely."""
    return sorted({*trust} - {*taught.people})


def contradictions(
    taught: Lessons, classifier: Classifier, encoder: Encoder, sure: float = SURE
) -> list[Lesson]:
    """Return the fresh lessons that a classifier, sure of itself, reads otherwise."""
    fresh = [lesson for lesson in taught.learned if lesson.fresh]
    found = []
    for language in sorted({lesson.language for lesson in fresh}):
        part = [
            lesson
            for lesson in fresh
            if lesson.language == language and set(lesson.labels) <= set(classifier.intents)
        ]
        if not part:
            continue
        texts = [lesson.text for lesson in part]
        scores = classifier.score(texts, encode_messages(texts, encoder), language).intents
        best, sureness = scores.argmax(1), scores.max(1)
        found += [
            lesson
            for row, lesson in enumerate(part)
            if sureness[row] >= sure and classifier.intents[best[row]] not in lesson.labels
        ]
    return found


def history_with(desk: Desk, taught: Lessons) -> History:
    """Return the desk's history with everything taught; the weights of the reviews are in it."""
    history = history_of(desk)
    messages = [
        LabelledMessage(
            lesson.text, lesson.language, lesson.labels, lesson.mood, f"taught-{lesson.session}",
            weight=weight(lesson, taught.authors[lesson.author].weight),
        )
        for lesson in taught.learned
    ]  # fmt: skip
    names = [
        LabelledMessage(text, language, (name,), 0.0, f"title-{name}")
        for name, title in taught.new_intents.items()
        for language, text in title.items()
        if language in desk.languages
    ]
    return replace(
        history,
        intents=(*history.intents, *(n for n in taught.new_intents if n not in history.intents)),
        messages=[*history.messages, *messages],
        names=[*history.names, *names],
    )


def weight(lesson: Lesson, author: float) -> float:
    """Return what a review weighs beside a message of the history, which weighs 1."""
    days = max(0.0, (datetime.now(lesson.at.tzinfo) - lesson.at).total_seconds() / 86_400)
    return max(LEAST_WEIGHT, float(author * 0.5 ** (days / HALF_LIFE)))


def _unusable(
    lesson: Lesson,
    desk: Desk,
    wanted: Mapping[str, Mapping[str, str]],
    proposed: Collection[str] = (),
    once: Collection[str] = (),
) -> str:
    """Return why nothing can be learned from a lesson, empty where something can.

    `wanted` are the topics that reviewers name and that can be learned, `proposed` all that they name, `once`
    those that a release had.
    """
    unknown = [label for label in lesson.labels if label not in desk.intents and label not in wanted]
    if untitled := [label for label in unknown if label in proposed]:
        languages = " and ".join(desk.languages)
        return f"the title of {', '.join(untitled)} lacks a language: the desk speaks {languages}"
    if gone := [label for label in unknown if label in once]:
        return (
            f"the release that had the topic {', '.join(gone)} was rolled back; naming it again in Review, "
            "by the same name, brings all its reviews back"
        )
    if unknown:
        return f"the desk has no intent {', '.join(unknown)} any more"
    if lesson.language not in desk.languages:
        return f"its language {lesson.language!r} is none of the desk's"
    return ""


def _authors(learned: Sequence[Lesson], ruled: Mapping[str, tuple[int, int]]) -> dict[str, Author]:
    """Return for each author how much they taught; they weigh less where colleagues overruled them."""
    found = {}
    for name in sorted({lesson.author for lesson in learned}):
        mine = [lesson for lesson in learned if lesson.author == name]
        given, lost = ruled.get(name, (0, 0))
        weight = (given - lost + PRIOR) / (given + PRIOR)
        found[name] = Author(len(mine), sum(lesson.fresh for lesson in mine), round(weight, 4))
    return found


def too_often(contradicted: int, fresh: int) -> bool:
    """Return whether a share is surely above what is usual (Wilson 1927, lower bound)."""
    if contradicted < LEAST_CONTRADICTED:
        return False
    share = contradicted / fresh
    middle = share + Z * Z / (2 * fresh)
    spread = Z * math.sqrt(share * (1 - share) / fresh + Z * Z / (4 * fresh * fresh))
    return (middle - spread) / (1 + Z * Z / fresh) > MOST_CONTRADICTED
