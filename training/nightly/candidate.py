"""The candidate: a release on its way, in the night's own folder until the gate has let it through."""

import filecmp
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from data.answer_files import INTENT, Content, Subject, write_desk
from data.answers import Answers, overlay_of, usable
from data.desk import load_desk
from data.releases import Release
from data.settings import Settings
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder
from retrieval.search import Retriever
from retrieval.split import passages
from training.evaluate import by_intent, summary
from training.examples import History
from training.fit_recognizer import fit_recognizer
from training.nightly.stages import Report

LEARNED = "learned.json"  # written last: without it the folder is of a night that was cut short
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
    def megabytes(self) -> float:
        return megabytes(self.folder)


def learn(
    history: History, folder: Path, settings: Settings, tune: bool, start: Path | None, report: Report
) -> dict[str, Any]:
    """Train encoder and classifier into `folder`; return what was measured.

    Without `tune` and with `start`, an encoder's folder, it goes on with that encoder as it is.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = fit_recognizer(
        history, folder / "encoder", settings.encoder, settings.max_wrong_answers, tune, report, start
    )
    found.classifier.save(folder / "classifier")
    metrics = {
        "messages": len(history.messages),
        **summary(found.held_out, found.classifier.thresholds),
        "intents": by_intent(found.held_out, history.messages),
        "tuned": tune,
    }
    (folder / LEARNED).write_text(json.dumps(metrics), "utf-8")
    return metrics


def is_learned(folder: Path) -> bool:
    return (folder / LEARNED).exists()


def adopt_intents(engine: Engine, desk: str, titles: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """Keep intents that reviewers taught beside the desk's edited answers; return the version of each."""
    answers = Answers(engine, desk)
    latest = answers.latest()
    versions = {}
    for name, title in titles.items():
        subject, content = Subject(INTENT, name), _intent(title)
        found = latest.get(subject)
        if found is None or found.content != content:
            number = found.version if found else 0
            found = answers.add(subject, "text", content, number, AUTHOR, "taught by reviewers")
        versions[str(subject)] = found.version
    return versions


def add_answers(
    folder: Path,
    settings: Settings,
    engine: Engine,
    desk: str,
    versions: dict[str, int],
    former: Path | None = None,
) -> dict[str, int]:
    """Add the desk with its edited answers, and their index; return the versions that fit.

    `former` is the folder of an index by the very same encoder, whose vectors are taken over.
    Raises DeskError where the desk's files or what is laid over them can't be answered from.
    """
    known = Retriever.load(former) if former else None
    for part in ("desk", "passages"):
        shutil.rmtree(folder / part, ignore_errors=True)
    overlay, wrong = usable(load_desk(settings.desk), overlay_of(Answers(engine, desk).at(versions)))
    write_desk(settings.desk, overlay, folder / "desk")
    encoder: Encoder = open_encoder(folder / "encoder", settings.encoder_threads)
    Retriever.build(list(passages(load_desk(folder / "desk"))), encoder, known).save(folder / "passages")
    left_out = {str(subject) for subject in wrong}
    return {subject: number for subject, number in versions.items() if subject not in left_out}


def same_encoder(one: Path, other: Path) -> bool:
    """Return whether two encoder folders hold the same files."""
    names = {f.name for folder in (one, other) for f in folder.iterdir()}
    _, differing, missing = filecmp.cmpfiles(one, other, names, shallow=False)
    return not (differing or missing)


def megabytes(folder: Path) -> float:
    return round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6, 1)


def _intent(title: Mapping[str, str]) -> Content:
    return {"title": dict(title), "means": dict(title)}
