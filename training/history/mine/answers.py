"""The answers of an approved draft → templates of a desk, and what is missing of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    """Write the answers of approved intents, and yield what is missing of them.

    In a language without a finished answer a sentence that offers a person stands in; where no language has
    one, nothing is written.
    """
    for topic in (t for t in topics.values() if t.state == "approved" and t.into is None):
        taken = answers_taken(draft, found, topic, topics)
        texts = read_answer(draft, topic.group) | {la: t.text for la, t in taken.items()}
        said = {la: texts[la] for la in desk.languages if texts.get(la)}
        problems = {la: problem for la, text in said.items() if (problem := _problem(text, desk))}
        where = f"templates/{topic.group}.yaml in the draft"
        finished = {la: text for la, text in said.items() if la not in problems}
        if not finished:
            old = record.templates.get(topic.id)
            kept = f"; what was accepted before stays in templates/{old['file']}" if old else ""
            why = f"no answer was written: {_told(problems)}" if said else "no answer, so none was written"
            yield f"{topic.id}: {why} ({where}){kept}"
            continue
        lacking = [la for la in desk.languages if la not in finished]
        yield from record.put_template(desk, topic.id, _entry(topic.id, finished, lacking, desk))
        if lacking:
            yield (
                f"{topic.id}: the answer in {', '.join(lacking)} is to be written; a sentence that offers a "
                f"person stands there ({where}, or the desk's templates/)"
                + (f": {_told(problems)}" if problems else "")
            )


def unanswered(desk: Desk, but: Collection[str]) -> Iterator[str]:
    """Yield what other intents of a desk lack an answer, in some language or in all."""
    for intent in (i for i in desk.intents.values() if i.kind == "answer" and i.id not in but):
        texts = [template.texts for template in desk.answers.get(intent.id, ())]
        if not texts:
            yield f"{intent.id}: the desk has no answer (templates/)"
        elif lacking := [la for la in desk.languages if any(t[la] == offer_of_a_person(la) for t in texts)]:
            yield (
                f"{intent.id}: the answer in {', '.join(lacking)} is to be written; a sentence that offers a "
                "person stands there (templates/)"
            )


def _entry(intent: str, texts: Mapping[str, str], lacking: Sequence[str], desk: Desk) -> dict[str, Any]:
    """Return an intent's one template."""
    said = {la: offer_of_a_person(la) if la in lacking else texts[la] for la in desk.languages}
    leads_to = {"next": [PERSON]} if lacking and PERSON in desk.intents else {}
    return {"id": f"{intent}.one", **said, **leads_to}


def _problem(text: str, desk: Desk) -> str:
    """Return why a text can't be an answer yet; "" where it can."""
    if marks := OPEN.findall(text):
        return f"{', '.join(dict.fromkeys(marks))} must be filled in or left out"
    facts = {name[5:] for name in PLACEHOLDER.findall(text) if name.startswith("fact.")}
    if unknown := sorted(facts - set(desk.facts)):
        return f"the desk has no fact {', '.join(unknown)}"
    return ""


def _told(problems: Mapping[str, str]) -> str:
    return "; ".join(f"{language}: {problem}" for language, problem in problems.items())
