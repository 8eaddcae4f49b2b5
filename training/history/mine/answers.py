"""The answers of an approved draft → templates of a desk, and what is missing of them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.desk import PLACEHOLDER, Desk
from data.night.pooled import answers_taken
from data.night.topics import OPEN, Draft, Topic, read_answer
from training.history.desk_files import PERSON, offer_of_a_person
from training.history.mine.record import Record


def write_answers(
    record: Record, desk: Desk, draft: Path, found: Draft, topics: Mapping[str, Topic]
) -> Iterator[str]:
    """Write the answers of approved intents that are complete, and yield what is missing of the others.

    In a language without an answer a sentence that offers a person stands in.
    """
    for topic in (t for t in topics.values() if t.state == "approved" and t.into is None):
        taken = answers_taken(draft, found, topic, topics)
        texts = read_answer(draft, topic.group) | {la: t.text for la, t in taken.items()}
        if problem := _problem(texts, desk):
            old = record.templates.get(topic.id)
            kept = f"; what was accepted before stays in templates/{old['file']}" if old else ""
            yield f"{topic.id}: {problem} (templates/{topic.group}.yaml in the draft){kept}"
            continue
        lacking = [la for la in desk.languages if not texts.get(la)]
        yield from record.put_template(desk, topic.id, _entry(topic.id, texts, lacking, desk))
        if lacking:
            yield (
                f"{topic.id}: the answer in {', '.join(lacking)} is to be written; a sentence that offers a "
                f"person stands there (templates/{topic.group}.yaml in the draft, or the desk's templates/)"
            )


def _entry(intent: str, texts: Mapping[str, str], lacking: Sequence[str], desk: Desk) -> dict[str, Any]:
    """Return an intent's one template."""
    said = {la: offer_of_a_person(la) if la in lacking else texts[la] for la in desk.languages}
    leads_to = {"next": [PERSON]} if lacking and PERSON in desk.intents else {}
    return {"id": f"{intent}.one", **said, **leads_to}


def _problem(texts: Mapping[str, str], desk: Desk) -> str | None:
    """Return why an answer can't be a template yet."""
    spoken = [text for la, text in texts.items() if la in desk.languages and text]
    if not spoken:
        return "no answer, so none was written"
    if marks := [mark for text in spoken for mark in OPEN.findall(text)]:
        return f"no answer was written: {', '.join(dict.fromkeys(marks))} must be filled in or left out"
    named = {name for text in spoken for name in PLACEHOLDER.findall(text)}
    facts = {name[5:] for name in named if name.startswith("fact.")}
    if unknown := sorted(facts - set(desk.facts)):
        return f"no answer was written: the desk has no fact {', '.join(unknown)}"
    return None
