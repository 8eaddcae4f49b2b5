"""Build a release of a desk and make it live.

python -m training.publish            builds one unless the live one is of this very desk
python -m training.publish --fresh    builds one anyway
python -m training.publish --tune     fine-tunes the encoder on the history first: minutes instead of seconds
python -m training.publish rollback   makes what was live before live again
python -m training.publish --trial RELEASE --shadow      tries one on what customers write, seen by nobody
python -m training.publish --trial RELEASE --share 0.1   … or lets it answer a tenth of the conversations
python -m training.publish --end-trial                   ends the trial

Started by `torchrun` or `accelerate launch`, several processes fine-tune together (docs/tracking.md).
"""

import argparse
import getpass
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.publish_answers import AnswerPublisher
from data.answer.answers import Answers
from data.database import open_database
from data.desk import Desk, fingerprint, load_desk
from data.errors import FrontdeskError, ReleaseError
from data.quiet_pipe import quiet_pipe
from data.release.release import MANIFEST, Release
from data.release.releases import Releases
from data.release.trial import Trial
from data.settings import Settings
from retrieval.bundled_encoder import encoder_identity
from training.building import add_answers, desk_with, learn
from training.cautions import cautions
from training.fit_intent import Progress as Report
from training.lessons import history_with, known
from training.process_group import leading, size
from training.progress_bar import progress_bar
from training.recipe import COLD
from training.tracking import TrackedRun, tracked


def publish(
    settings: Settings,
    fresh: bool = False,
    report: Report = lambda share, what: None,
    tune: bool = False,
) -> Release:
    """Return the live release of the settings' desk, built if need be."""
    desk = load_desk(settings.desk)
    with ExitStack() as logs:
        building = Building(desk, settings, report, tune, logs)
        made_from = fingerprint(desk.folder, encoder_identity(settings.encoder))
        release = Releases(settings.home, desk.id).publish(made_from, building.learn, fresh, building.finish)
        building.done(release)
    return release


@dataclass
class Building:
    """A release on its way: what is learned from history and reviews first, then the answers beside it."""

    desk: Desk
    settings: Settings
    report: Report
    tune: bool
    logs: ExitStack  # closed when the release is live, or failed
    run: TrackedRun | None = None
    began: float = field(default_factory=time.monotonic)

    @cached_property
    def engine(self) -> Engine:
        engine = open_database(self.settings.url, self.settings.home)
        self.logs.callback(engine.dispose)
        return engine

    def learn(self, folder: Path) -> dict[str, Any]:
        """Fill an empty folder with encoder and classifier; return what was measured."""
        self.report(0.02, "reading the history")
        kind = "tune" if self.tune else "publish"
        self.run = self.logs.enter_context(tracked(self.settings, self.engine, kind, self._config()))
        desk = desk_with(self.settings, self.engine, self._versions(self._live_answers()))
        history = history_with(desk, known(self.engine, desk))
        metrics = learn(
            history, folder, self.settings, self.tune,
            lambda share, what: self.report(0.05 + 0.80 * share, what), self.run,
        )  # fmt: skip
        seconds = round(time.monotonic() - self.began, 1)
        return {**metrics, "seconds": seconds, **({"seconds_tuning": seconds} if self.tune else {})}

    def finish(self, folder: Path, live: dict[str, int] | None) -> dict[str, Any]:
        """Add the desk with its published edits and the index; return what the release is about.

        Drafts that nobody published stay drafts.
        """
        self.report(0.88, "indexing answers and articles")
        kept = add_answers(folder, self.settings, self.engine, self._versions(live))
        self.report(1.0, "done")
        return {"kind": "trained", "by": "", "answers": kept}

    def done(self, release: Release) -> None:
        """Say which release came of it, where one was built."""
        if self.run:
            self.run.note(release=release.id)
            self.run.artifact(release.folder / MANIFEST)

    def _live_answers(self) -> dict[str, int] | None:
        return Releases(self.settings.home, self.desk.id).live_answers()

    def _versions(self, live: dict[str, int] | None) -> dict[str, int]:
        return Answers(self.engine, self.desk.id).released() if live is None else live

    def _config(self) -> dict[str, Any]:
        settings = self.settings
        return {
            "desk": self.desk.id,
            "desk_files": fingerprint(self.desk.folder, encoder_identity(settings.encoder)),
            "encoder": settings.encoder or "bundled",
            "max_wrong_answers": settings.max_wrong_answers,
            "tune": self.tune,
            "processes": size(),
            **({"recipe": asdict(COLD)} if self.tune else {}),
        }


def publish_with_bar(settings: Settings, fresh: bool = False, tune: bool = False) -> Release:
    """Like `publish`, with a progress bar on stderr while something is built."""
    with progress_bar("Building the release") as report:
        return publish(settings, fresh, report, tune)


def roll_back(settings: Settings) -> tuple[Release, dict[str, int]]:
    """Make what was live before the live release live again; return it, and the topics gone with the other.

    Each topic comes with the number of its reviews: until it is named again, nothing is learned from them.
    """
    with _publisher(settings) as publisher:
        live, former = publisher.releases.live(), publisher.releases.before_live()
        taken = publisher.taken_back(live, former)
        return publisher.make_live(former.id, _who()), taken


def try_out(settings: Settings, release_id: str, share: float | None) -> Trial:
    """Put a release on trial: in the shadow, or for a share of the conversations."""
    with _publisher(settings) as publisher:
        return publisher.try_out(release_id, "shadow" if share is None else "share", share or 0.0, _who())


def end_trial(settings: Settings) -> Trial:
    """End the trial that goes on; raises ReleaseError where none does."""
    with _publisher(settings) as publisher:
        trial = publisher.end_trial(_who())
    if trial is None:
        raise ReleaseError("no release is on trial")
    return trial


@contextmanager
def _publisher(settings: Settings) -> Iterator[AnswerPublisher]:
    engine = open_database(settings.url, settings.home)
    try:
        yield AnswerPublisher(settings, engine)
    finally:
        engine.dispose()


def _who() -> str:
    return f"{getpass.getuser()} (command line)"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "what",
        nargs="?",
        choices=("rollback",),
        help="make what was live before live again, building nothing",
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--fresh", action="store_true", help="build a release even if the live one is current"
    )
    choice.add_argument(
        "--tune", action="store_true", help="build one whose encoder has learned from the history, too"
    )
    choice.add_argument(
        "--trial", metavar="RELEASE", help="put a finished release on trial; says how as well"
    )
    choice.add_argument("--end-trial", action="store_true", help="end the trial")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--shadow", action="store_true", help="it answers the same messages, which nobody sees")
    how.add_argument("--share", type=float, help="it answers this share of the conversations, such as 0.1")
    args = parser.parse_args()
    if (args.trial is not None) != (args.shadow or args.share is not None):
        parser.error("--trial RELEASE goes with --shadow or --share")
    if args.what and (args.fresh or args.tune or args.trial or args.end_trial):
        parser.error("rollback goes with no option")
    return args


def main() -> None:
    args = _arguments()
    with leading() as leads:
        if leads:
            _run(args)


def _run(args: argparse.Namespace) -> None:
    try:
        settings = Settings()
        if args.trial or args.end_trial:
            trial = try_out(settings, args.trial, args.share) if args.trial else end_trial(settings)
            print(json.dumps(json.loads(trial.text()), indent=1))
            return
        taken: dict[str, int] = {}
        if args.what == "rollback":
            release, taken = roll_back(settings)
        else:
            release = publish_with_bar(settings, fresh=args.fresh or args.tune, tune=args.tune)
            for caution in cautions(
                load_desk(release.desk_folder), release.metrics, settings.max_wrong_answers
            ):
                print(f"frontdesk: {caution}", file=sys.stderr)
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {error}")
    figures = {name: figure for name, figure in release.metrics.items() if name != "intents"}
    said = {"release": release.id, "folder": str(release.folder), **figures, **_taken_back(taken)}
    with quiet_pipe(0):  # it is live
        print(json.dumps(said, indent=1))


def _taken_back(topics: dict[str, int]) -> dict[str, Any]:
    """Return what a rollback says of the topics that went with the release."""
    if not topics:
        return {}
    what_now = (
        "the reviews of these topics are in Review again; to name a topic once more, by the same name, "
        "brings all of its reviews back"
    )
    return {"topics_taken_back": topics, "reviews_waiting": sum(topics.values()), "what_now": what_now}


if __name__ == "__main__":
    main()
