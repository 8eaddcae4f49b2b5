"""A Rasa project's responses → a desk's answers, and what of them can't be carried over."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.history.languages import language_of
from training.history.names import Names
from training.history.rasa_files import RasaFiles, Story

_SLOT = re.compile(r"\{\s*([^{}\s]+)\s*\}")
_PAYLOAD = re.compile(r"/([^\s{}]+)")
_RULE_WEIGHT = 1000  # a rule says what follows an intent always, a story what followed once
_SPEECH = "utter_"
_LISTENS = ("action_listen", "action_restart", "action_back", "...")


@dataclass
class Answer:
    """What is said to one intent, per language, and which intents its buttons lead to."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    next: list[str] = field(default_factory=list)


@dataclass
class RasaAnswers:
    """Answers by the desk's intent, facts that they name, and what could not be carried over."""

    answers: dict[str, Answer] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def answers_of(files: RasaFiles, names: Names, languages: tuple[str, ...]) -> RasaAnswers:
    """Return what the project says to each intent that its examples have."""
    made = RasaAnswers()
    said: set[str] = set()
    for intent, labels in names.labels_by_id().items():
        for label in labels:
            spoken, others = _follows(label, files)
            said.update(spoken)
            for action in others:
                made.notes.append(f"intent {label}: {action} is code and was not carried over")
            answer = _joined([_variations(name, files, made, names, languages) for name in spoken])
            answer.next = [i for i in answer.next if i != intent]  # nobody asks again what was just answered
            if answer.texts:
                _add(made.answers.setdefault(intent, Answer()), answer)
    left = sorted(set(files.responses) - said)
    made.notes += [f"response {name} follows no intent and was not carried over" for name in left]
    made.notes = list(dict.fromkeys(made.notes))
    return made


def _follows(label: str, files: RasaFiles) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the responses that follow an intent most often, and what else is done then."""
    direct = f"{_SPEECH}{label}"
    if "/" in label and direct in files.responses:
        return (direct,), ()
    found: Counter[tuple[str, ...]] = Counter()
    for story in files.stories:
        for actions in _after(label, story):
            found[actions] += _RULE_WEIGHT if story.is_rule else 1
    if not found:
        return ((direct,) if direct in files.responses else ()), ()
    actions = found.most_common(1)[0][0]
    spoken = tuple(a for a in actions if a in files.responses)
    if not spoken and direct in files.responses:
        spoken = (direct,)
    return spoken, tuple(a for a in actions if a not in files.responses and a not in _LISTENS)


def _after(label: str, story: Story) -> Iterable[tuple[str, ...]]:
    """Yield what the bot does after an intent, until the customer speaks again."""
    for at, step in enumerate(story.steps):
        if step.intent != label:
            continue
        rest = story.steps[at + 1 :]
        while rest and rest[0].intent:  # one of several intents that may stand here
            rest = rest[1:]
        ends = next((n for n, s in enumerate(rest) if not s.action), len(rest))
        if ends:
            yield tuple(s.action for s in rest[:ends])


def _variations(
    name: str, files: RasaFiles, made: RasaAnswers, names: Names, languages: tuple[str, ...]
) -> Answer:
    """Return a response's texts per language; conditional ones only where there are no others."""
    answer = Answer()
    given = files.responses[name]
    plain = [v for v in given if not _condition(v)]
    for variation in plain or given:
        text = str(variation.get("text") or "").strip()
        _note_extras(name, variation, made)
        answer.next += [i for i in _buttons(name, variation, made, names) if i not in answer.next]
        if not text:
            continue
        filled = _with_facts(name, text, files, made)
        if filled is not None:
            language = language_of(filled, languages) or languages[0]
            answer.texts.setdefault(language, []).append(filled)
    for variation in given if plain else ():
        if _condition(variation):
            made.notes.append(f"response {name}: a variation with a condition was not carried over")
    return answer


def _condition(variation: Mapping[str, Any]) -> bool:
    """Return whether a variation holds only sometimes; which language is spoken is no condition here."""
    conditions = variation.get("condition") or []
    others = [c for c in conditions if not (isinstance(c, dict) and "lang" in str(c.get("name", "")).lower())]
    return bool(others) or bool(variation.get("channel"))


def _note_extras(name: str, variation: Mapping[str, Any], made: RasaAnswers) -> None:
    for extra in ("image", "attachment", "custom", "elements", "quick_replies"):
        if variation.get(extra):
            made.notes.append(f"response {name}: its {extra} was not carried over")


def _buttons(name: str, variation: Mapping[str, Any], made: RasaAnswers, names: Names) -> list[str]:
    """Return the intents that buttons lead to; the desk shows each under its own title."""
    found = []
    for button in variation.get("buttons") or ():
        payload = _PAYLOAD.match(str(button.get("payload", "")) if isinstance(button, dict) else "")
        label = payload[1] if payload else ""
        intent = names.ids.get(label) if label not in names.replies else None
        if intent:
            found.append(intent)
        else:
            title = button.get("title", "") if isinstance(button, dict) else button
            made.notes.append(f"response {name}: the button {title!r} leads to no intent of the desk")
    return found


def _with_facts(name: str, text: str, files: RasaFiles, made: RasaAnswers) -> str | None:
    """Return a text whose slots with a fixed value name facts; None where another slot would stay empty."""
    for slot in _SLOT.findall(text):
        if slot not in files.slots:
            made.notes.append(
                f"response {name}: {{{slot}}} can't be filled here; the text was not carried over: {text}"
            )
            return None
        made.facts[_fact(slot)] = files.slots[slot]
    return _SLOT.sub(lambda found: f"{{fact.{_fact(found[1])}}}", text)


def _fact(slot: str) -> str:
    return re.sub(r"[^a-z_]+", "_", slot.lower()).strip("_") or "value"


def _joined(parts: Sequence[Answer]) -> Answer:
    """Return one answer of several responses that follow each other."""
    whole = Answer(next=list(dict.fromkeys(i for part in parts for i in part.next)))
    for language in dict.fromkeys(language for part in parts for language in part.texts):
        spoken = [part.texts[language] for part in parts if language in part.texts]
        for n in range(max(map(len, spoken))):
            whole.texts.setdefault(language, []).append("\n\n".join(t[n % len(t)] for t in spoken))
    return whole


def _add(whole: Answer, more: Answer) -> None:
    for language, texts in more.texts.items():
        known = whole.texts.setdefault(language, [])
        known += [t for t in texts if t not in known]
    whole.next += [i for i in more.next if i not in whole.next]
