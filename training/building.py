"""What a release is built of: what is learned from a history, and the answers that go with it."""

import filecmp
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from data.answer.answers import Answers, overlay_of, usable
from data.answer.files import draft_desk, write_desk
from data.desk import Desk, load_desk
from data.settings import Settings
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder
from retrieval.search import Retriever
from retrieval.split import passages
from training.evaluate import by_intent, intent_shares, summary
from training.examples import History
from training.fit_intent import Progress
from training.fit_recognizer import fit_recognizer
from training.tracking import TrackedRun
from training.warm_start import Start

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)
LEARNED = ("encoder", "classifier")  # folders that `learn` fills


def desk_with(settings: Settings, engine: Engine, versions: Mapping[str, int]) -> Desk:
    """Return the settings' desk with certain versions of its edited answers, taught intents among them."""
    files = load_desk(settings.desk)
    overlay, _ = usable(files, overlay_of(Answers(engine, files.id).at(versions)))
    return draft_desk(settings.desk, overlay)


def learn(
    history: History,
    folder: Path,
    settings: Settings,
    tune: bool,
    report: Progress,
    run: TrackedRun,
    start: Start | None = None,
) -> dict[str, Any]:
    """Train encoder and classifier into `folder`; return what was measured on held-out messages.

    With `tune` the encoder learns, too, from `start` where it is given. All of it is written to `run`.
    """
    found = fit_recognizer(
        history, folder / "encoder", settings.encoder, settings.max_wrong_answers, tune, report, start,
        run.figures,
    )  # fmt: skip
    found.classifier.save(folder / "classifier")
    metrics = {
        "messages": len(history.messages),
        **summary(found.held_out, found.classifier.thresholds),
        "intents": by_intent(found.held_out, history.messages),
        "tuned": tune,
    }
    _track(run, metrics)
    return metrics


def add_answers(
    folder: Path,
    settings: Settings,
    engine: Engine,
    versions: Mapping[str, int],
    encoder: Encoder | None = None,
    former: Path | None = None,
) -> dict[str, int]:
    """Add the desk with its edited answers, and their index; return the versions that fit.

    An edit that does not fit the desk's files any more is left out: the files' own answer is better than
    none. `former` is the folder of an index by the very same encoder, whose vectors are taken over.
    Raises DeskError where the desk can't be answered from.
    """
    known = Retriever.load(former) if former else None
    for part in ("desk", "passages"):
        shutil.rmtree(folder / part, ignore_errors=True)
    files = load_desk(settings.desk)
    overlay, wrong = usable(files, overlay_of(Answers(engine, files.id).at(versions)))
    for subject, problems in wrong.items():
        log.warning("the edit of %s is left out: %s", subject.id, "; ".join(map(str, problems)))
    write_desk(settings.desk, overlay, folder / "desk")
    opened = encoder or open_encoder(folder / "encoder", settings.encoder_threads)
    Retriever.build(list(passages(load_desk(folder / "desk"))), opened, known).save(folder / "passages")
    left_out = {str(subject) for subject in wrong}
    return {subject: number for subject, number in versions.items() if subject not in left_out}


def same_encoder(one: Path, other: Path) -> bool:
    """Return whether two encoder folders hold the same files."""
    names = {f.name for folder in (one, other) for f in folder.iterdir()}
    _, differing, missing = filecmp.cmpfiles(one, other, names, shallow=False)
    return not (differing or missing)


def megabytes(folder: Path) -> float:
    return round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6, 1)


def _track(run: TrackedRun, metrics: Mapping[str, Any]) -> None:
    """Write what a release measures on held-out messages: per language, and of each intent."""
    shares = intent_shares(metrics["intents"])
    examples = {intent: {"examples": found["examples"]} for intent, found in metrics["intents"].items()}
    run.figures({name: value for name, value in metrics.items() if name != "intents"})
    run.figures({"intents": {intent: {**examples[intent], **shares[intent]} for intent in shares}})

    def draw() -> "Figure":
        from training.intent_chart import intent_chart  # matplotlib

        return intent_chart(shares)

    run.image("intents", draw)
