"""The candidate: a release on its way, in the night's own folder until the gate has let it through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from data.answer.answers import Answers
from data.answer.files import INTENT, Subject
from data.release.release import Release
from training.building import megabytes

AUTHOR = "night"


@dataclass(frozen=True)
class Candidate:
    """What was learned, what it was measured at, and the versions of the edited answers beside it."""

    folder: Path
    metrics: dict[str, Any]
    answers: dict[str, int]

    def release(self, like: Release) -> Release:
        """Return it as a release that a bot can be opened on; it is none of the desk's yet."""
        about = {"kind": "trained", "by": AUTHOR, "base": like.id, "answers": self.answers}
        created = datetime.now(UTC).isoformat()
        return Release(self.folder, "candidate", like.desk, self.metrics, created, about)

    @property
    def taught_intents(self) -> dict[str, int]:
        """The versions of the intents that reviewers taught."""
        return {s: number for s, number in self.answers.items() if Subject.of(s).kind == INTENT}

    @property
    def megabytes(self) -> float:
        return megabytes(self.folder)


def adopt_intents(engine: Engine, desk: str, titles: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """Keep intents that reviewers taught beside the desk's edited answers; return the version of each."""
    answers = Answers(engine, desk)
    latest = answers.latest()
    versions = {}
    for name, title in titles.items():
        subject, content = Subject(INTENT, name), {"title": dict(title), "means": dict(title)}
        found = latest.get(subject)
        if found is None or found.content != content:
            number = found.version if found else 0
            found = answers.add(subject, "text", content, number, AUTHOR, "taught by reviewers")
        versions[str(subject)] = found.version
    return versions
