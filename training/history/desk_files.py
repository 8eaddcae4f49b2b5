"""A labelled history → the files of a whole desk, with sensible defaults to edit (docs/desk.md)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data.desk import Intent, read_yaml
from training.history.names import Names, title_of
from training.history.number_formats import formats_said, number_slots
from training.history.rasa_answers import Answer, RasaAnswers
from training.history.write_dialogues import Written

DEFAULTS = Path(__file__).parent / "desk"
PERSON = "human_agent"  # every desk needs it: a person is always within reach
NO_ANSWER, OTHER_LANGUAGE = "no_answer", "other_language"  # answers for matters that the source has none for
FEW = 10  # messages of an intent and language, under which it is hardly learned
ZONES: dict[tuple[str, ...], str] = {("zh",): "Asia/Shanghai"}
EMERGENCY = {"en": "your local emergency number", "zh": "当地的急救或报警电话"}  # which, nothing says
EMERGENCY_NOTE = (
    "desk.yaml: emergency_help names no number; people in danger are told it: write your country's"
)
_COMMENTS = {
    "id": (
        "# Made by `python -m training.history`, import or accept.\n"
        "# Check what it could not know: accent, timezone, hours, facts."
    ),
    "timezone": "# of the opening hours",
    "hours": "# when people answer; days count from Monday, 0",
    "facts": "# policy facts, each once; answers name them {fact.…} (docs/desk.md)",
    "slots": "# what an intent needs before it can be answered, such as an order number",
    "connectors": (
        "# your order system: docs/desk.md, Order systems; without one numbers of customers go to a person"
    ),
}


@dataclass
class DeskMade:
    """What was written, and what people should look at."""

    languages: tuple[str, ...]
    kinds: dict[str, str] = field(default_factory=dict)  # of each intent
    answers: int = 0
    notes: list[str] = field(default_factory=list)


def write_desk_files(
    folder: Path, name: str, written: Written, names: Names, source: RasaAnswers | None = None
) -> DeskMade:
    """Write desk.yaml, intents.yaml and templates/ beside the dialogues."""
    languages = tuple(sorted(written.dialogues))
    made = DeskMade(languages)
    answers = source.answers if source else {}
    intents = _intents(written, names, answers, made)
    templates = {i["id"]: _templates(i["id"], answers.get(i["id"]), made) for i in intents}
    known = {i["id"] for i in intents}
    (folder / "templates").mkdir()
    for intent, entries in templates.items():
        write_entries(folder / "templates" / f"{intent}.yaml", [fitted(e, languages, known) for e in entries])
        made.answers += len(entries)
    write_sentences(folder, languages, known)
    write_entries(folder / "intents.yaml", intents)
    slots = number_slots((text for texts in written.examples.values() for text in texts), languages)
    if slots:
        made.notes.append(
            f"numbers of customers look like {formats_said(slots.values())}: name {' or '.join(slots)} under "
            "slots in intents.yaml where an answer needs one"
        )
    dumped = {slot: made_of.model_dump(exclude_defaults=True) for slot, made_of in slots.items()}
    write_head(folder / "desk.yaml", desk_head(name, languages, source.facts if source else {}, dumped))
    if "emergency_help" not in (source.facts if source else {}):
        made.notes.append(EMERGENCY_NOTE)
    made.notes += source.notes if source else []
    return made


def desk_id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "desk"


def offer_of_a_person(language: str) -> str:
    """Return what is said in a language where an answer is there in another one only."""
    said: str = default_matters()[OTHER_LANGUAGE]["answers"][0][language]
    return said


def write_sentences(folder: Path, languages: tuple[str, ...], known: set[str]) -> None:
    """Write what a desk says when it refuses, asks back or hands over, in words that fit any house."""
    write_entries(folder / "templates" / "_system.yaml", sentences(languages, known))


def sentences(languages: tuple[str, ...], known: set[str]) -> list[dict[str, Any]]:
    """Return the templates of what a desk says when it refuses, asks back or hands over."""
    return [fitted(e, languages, known) for e in read_yaml(DEFAULTS / "_system.yaml")]


def desk_head(
    name: str, languages: tuple[str, ...], facts: Mapping[str, Any], slots: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return desk.yaml with defaults for what nothing says."""
    return {
        "id": desk_id(name),
        "name": dict.fromkeys(languages, name),
        "languages": list(languages),
        "accent": "#2f6f5e",
        "timezone": ZONES.get(languages, "UTC"),
        "hours": {"days": [0, 1, 2, 3, 4], "opens": "09:00", "closes": "18:00"},
        "facts": {"emergency_help": _in(EMERGENCY, languages), **facts},
        "slots": dict(slots or {}),
        "order_status": {},
        "connectors": {},
    }


def _intents(
    written: Written, names: Names, answers: Mapping[str, Answer], made: DeskMade
) -> list[dict[str, Any]]:
    """Return the entries of intents.yaml; a matter that has no answer goes to a person."""
    labels = names.labels_by_id()
    entries: list[dict[str, Any]] = []
    unanswered = []
    for intent in [*labels, *({PERSON} - labels.keys())]:
        default = default_matters().get(intent)
        kind = default["kind"] if default else "answer" if intent in answers else "human"
        if not default and intent not in answers:
            unanswered.append(intent)
        entry: dict[str, Any] = {"id": intent, "kind": kind, "title": {}, "means": {}}
        for language in made.languages:
            examples = written.examples.get((intent, language), [])
            taken = [e["title"][language] for e in entries]
            entry["title"][language] = (
                default["title"][language] if default
                else _title(labels[intent], language, examples, taken, made)
            )  # fmt: skip
            entry["means"][language] = default["means"][language] if default else _means(examples, language)
        Intent.model_validate(entry)
        made.kinds[intent] = kind
        entries.append(entry)
    if few := [f"{intent} ({', '.join(counts)})" for intent, counts in _few(entries, written, made).items()]:
        made.notes.append(f"few different messages, forty are a good start: {'; '.join(few)}")
    if unanswered:
        made.notes.append(
            f"no answer came with {', '.join(unanswered)}: these go to a person until you write them into "
            "templates/<intent>.yaml and set kind: answer in intents.yaml"
        )
    return entries


def _few(entries: Sequence[Mapping[str, Any]], written: Written, made: DeskMade) -> dict[str, list[str]]:
    """Return the intents that are hardly learned, with how many messages they have in which language."""
    found: dict[str, list[str]] = {}
    for intent in (e["id"] for e in entries if e["id"] not in default_matters()):
        for language in made.languages:
            number = len(written.examples.get((intent, language), ()))
            if number < FEW:
                found.setdefault(intent, []).append(f"{language} {number}")
    return found


def _title(
    labels: Sequence[str], language: str, examples: Sequence[str], taken: Sequence[str], made: DeskMade
) -> str:
    title = title_of(labels, language, examples, taken)
    if title is None:
        made.notes.append(f"{labels[0]} has no name in {language}: change its title in intents.yaml")
        title = labels[0]
        while title in taken:
            title += "·"
    return title


def _means(examples: Sequence[str], language: str) -> str:
    some = [" ".join(e.split())[:60] for e in examples[:3]]
    if language == "zh":
        return "例如：" + "；".join(some) if some else "暂无例句"
    return "such as: " + "; ".join(some) if some else "no message yet"


def _templates(intent: str, answer: Answer | None, made: DeskMade) -> list[dict[str, Any]]:
    """Return an intent's answers: the source's, variation by variation, or the product's own."""
    default = default_matters().get(intent) or default_matters()[NO_ANSWER]
    if answer is None or not answer.texts:
        return [{"id": f"{intent}.{n}", **texts} for n, texts in numbered(default["answers"])]
    missing = [language for language in made.languages if language not in answer.texts]
    stand_in = default if intent in default_matters() else default_matters()[OTHER_LANGUAGE]
    always = [a for a in stand_in["answers"] if "when" not in a]
    texts = {**answer.texts, **{lang: [a[lang] for a in always] for lang in missing}}
    if missing:
        made.notes.append(
            f"the answer to {intent} has no {', '.join(missing)}: a sentence that offers a person stands "
            f"there, see templates/{intent}.yaml"
        )
    leads_to = [*answer.next, *([PERSON] if missing and intent != PERSON else [])]
    size = max(len(texts[language]) for language in made.languages)
    return [
        {
            "id": f"{intent}.{number}",
            **{lang: texts[lang][n % len(texts[lang])] for lang in made.languages},
            **({"next": leads_to} if leads_to else {}),
        }
        for n, number in enumerate(_NUMBERS[:size])
    ]


_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def numbered(answers: Sequence[dict[str, str]]) -> list[tuple[str, dict[str, str]]]:
    """Return answers with what their templates' ids end in."""
    return list(zip(_NUMBERS, answers, strict=False))


def fitted(entry: Mapping[str, Any], languages: tuple[str, ...], known: set[str]) -> dict[str, Any]:
    """Return a template in the desk's languages, leading to intents that it has."""
    fitted = {k: v for k, v in entry.items() if k in ("id", "when", *languages)}
    leads_to = [i for i in dict.fromkeys(entry.get("next", ())) if i in known]
    return {**fitted, "next": leads_to} if leads_to else fitted


def _in(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {language: texts[language] for language in languages}


@cache
def default_matters() -> dict[str, dict[str, Any]]:
    """Return the matters that every desk has, by id, with answers that fit any house."""
    return {matter["id"]: matter for matter in read_yaml(DEFAULTS / "matters.yaml")}


def write_entries(file: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write a YAML file of intents or templates."""
    file.write_text(_dumped(list(entries)), "utf-8")


def _dumped(value: Any, **how: Any) -> str:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000, **how))


def write_head(file: Path, head: Mapping[str, Any]) -> None:
    """Write desk.yaml as people would: lists and small mappings on one line, with what to look at."""
    parts = []
    for key, value in head.items():
        comment = f"{_COMMENTS[key]}\n" if key in _COMMENTS else ""
        if isinstance(value, dict | list) and key not in ("facts", "connectors"):
            text = f"{key}: {_dumped(value, default_flow_style=True)}"
        else:
            text = _dumped({key: value})
        parts.append(comment + text)
    file.write_text("".join(parts), "utf-8")
