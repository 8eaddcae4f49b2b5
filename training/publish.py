"""Build a release of a desk and make it live.

python -m training.publish            builds one unless the live one is of this very desk
python -m training.publish --fresh    builds one anyway
python -m training.publish --tune     fine-tunes the encoder on the history first: minutes instead of seconds
python -m training.publish --back     makes the release before the live one live again
"""

import argparse
import json
import logging
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.answer_files import write_desk
from data.answers import Answers, overlay_of, usable
from data.database import open_database
from data.desk import Desk, fingerprint, load_desk
from data.errors import FrontdeskError, ReleaseError
from data.releases import Release, Releases
from data.settings import Settings
from retrieval.bundled_encoder import encoder_identity
from retrieval.search import Retriever
from retrieval.split import passages
from training.evaluate import by_intent, summary
from training.examples import history_of
from training.fit_intent import Progress as Report
from training.fit_recognizer import Recognizer, fit_recognizer
from training.progress_bar import progress_bar

log = logging.getLogger(__name__)


def publish(
    settings: Settings,
    fresh: bool = False,
    report: Report = lambda share, what: None,
    tune: bool = False,
) -> Release:
    """Return the live release of the settings' desk, built if need be."""
    desk = load_desk(settings.desk)
    building = Building(desk, settings, report, tune)
    made_from = fingerprint(desk.folder, encoder_identity(settings.encoder))
    releases = Releases(settings.home, desk.id)
    return releases.publish(made_from, building.learn, fresh, building.finish)


@dataclass
class Building:
    """A release on its way: what is learned from the history first, then the answers that go with it."""

    desk: Desk
    settings: Settings
    report: Report
    tune: bool
    recognizer: Recognizer | None = None
    began: float = field(default_factory=time.monotonic)

    def learn(self, folder: Path) -> dict[str, Any]:
        """Fill an empty folder with encoder and classifier; return what was measured."""
        self.report(0.02, "reading the history")
        history = history_of(self.desk)
        found = self.recognizer = fit_recognizer(
            history, folder / "encoder", self.settings.encoder, self.settings.max_wrong_answers, self.tune,
            lambda share, what: self.report(0.05 + 0.80 * share, what),
        )  # fmt: skip
        found.classifier.save(folder / "classifier")
        return {
            "messages": len(history.messages),
            **summary(found.held_out, found.classifier.thresholds),
            "intents": by_intent(found.held_out, history.messages),
            "tuned": self.tune,
            "seconds": round(time.monotonic() - self.began, 1),
        }

    def finish(self, folder: Path, live: dict[str, int] | None) -> dict[str, Any]:
        """Add the desk with its published edits and the index; return what the release is about.

        Drafts that nobody published stay drafts. An edit that does not fit the desk's files any more is left
        out: the files' own answer is better than none.
        """
        self.report(0.88, "indexing answers and articles")
        engine = open_database(self.settings.url, self.settings.home)
        answers = Answers(engine, self.desk.id)
        versions = answers.released() if live is None else live
        overlay, wrong = usable(self.desk, overlay_of(answers.at(versions)))
        engine.dispose()
        for subject, problems in wrong.items():
            log.warning("the edit of %s is left out: %s", subject.id, "; ".join(map(str, problems)))
        write_desk(self.desk.folder, overlay, folder / "desk")
        assert self.recognizer is not None
        found = list(passages(load_desk(folder / "desk")))
        Retriever.build(found, self.recognizer.encoder).save(folder / "passages")
        self.report(1.0, "done")
        left_out = {str(subject) for subject in wrong}
        kept = {subject: number for subject, number in versions.items() if subject not in left_out}
        return {"kind": "trained", "by": "", "answers": kept}


def publish_with_bar(settings: Settings, fresh: bool = False, tune: bool = False) -> Release:
    """Like `publish`, with a progress bar on stderr while something is built."""
    with progress_bar("Building the release") as report:
        return publish(settings, fresh, report, tune)


def roll_back(settings: Settings) -> Release:
    """Make the release before the live one live again."""
    releases = Releases(settings.home, load_desk(settings.desk).id)
    ids = releases.ids()
    at = ids.index(releases.live().id)
    if at == 0:
        raise ReleaseError(f"{ids[0]} is the oldest release there is; nothing to go back to")
    made_from = fingerprint(settings.desk.resolve(), encoder_identity(settings.encoder))
    return releases.make_live(ids[at - 1], made_from)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--fresh", action="store_true", help="build a release even if the live one is current"
    )
    choice.add_argument(
        "--tune", action="store_true", help="build one whose encoder has learned from the history, too"
    )
    choice.add_argument("--back", action="store_true", help="make the previous release live again")
    args = parser.parse_args()
    try:
        settings = Settings()
        if args.back:
            release = roll_back(settings)
        else:
            release = publish_with_bar(settings, fresh=args.fresh or args.tune, tune=args.tune)
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {error}")
    figures = {name: figure for name, figure in release.metrics.items() if name != "intents"}
    print(json.dumps({"release": release.id, "folder": str(release.folder), **figures}, indent=1))


if __name__ == "__main__":
    main()
