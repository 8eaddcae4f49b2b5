"""Build a release of a desk and make it live.

python -m training.publish            builds one unless the live one is of this very desk
python -m training.publish --fresh    builds one anyway
python -m training.publish --tune     fine-tunes the encoder on the history first: minutes instead of seconds
python -m training.publish --back     makes the release before the live one live again
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from data.desk import UNVERSIONED, Desk, fingerprint, load_desk
from data.errors import FrontdeskError, ReleaseError
from data.releases import Release, Releases
from data.settings import Settings
from retrieval.bundled_encoder import encoder_identity
from retrieval.search import Retriever
from retrieval.split import passages
from training.evaluate import summary
from training.examples import history_of
from training.fit_intent import Progress as Report
from training.fit_recognizer import fit_recognizer
from training.progress_bar import progress_bar


def publish(
    settings: Settings,
    fresh: bool = False,
    report: Report = lambda share, what: None,
    tune: bool = False,
) -> Release:
    """Return the live release of the settings' desk, built if need be."""
    desk = load_desk(settings.desk)

    def build(folder: Path) -> dict[str, Any]:
        return build_release(desk, folder, settings, report, tune)

    made_from = fingerprint(desk.folder, encoder_identity(settings.encoder))
    return Releases(settings.home, desk.id).publish(made_from, build, fresh)


def build_release(desk: Desk, folder: Path, settings: Settings, report: Report, tune: bool) -> dict[str, Any]:
    """Fill an empty folder with everything a bot needs to answer; return what was measured."""
    report(0.02, "reading the history")
    history = history_of(desk)
    found = fit_recognizer(
        history, folder / "encoder", settings.encoder, settings.max_wrong_answers, tune,
        lambda share, what: report(0.05 + 0.80 * share, what),
    )  # fmt: skip
    found.classifier.save(folder / "classifier")
    report(0.88, "indexing answers and articles")
    Retriever.build(list(passages(desk)), found.encoder).save(folder / "passages")
    shutil.copytree(desk.folder, folder / "desk", ignore=shutil.ignore_patterns(*UNVERSIONED))
    report(1.0, "done")
    return {"messages": len(history.messages), **summary(found.held_out, found.classifier.thresholds)}


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
    return releases.make_live(ids[at - 1])


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
    print(json.dumps({"release": release.id, "folder": str(release.folder), **release.metrics}, indent=1))


if __name__ == "__main__":
    main()
