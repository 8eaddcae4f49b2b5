"""Dialogues without labels become a draft desk: `python -m training.history mine`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.desk import load_desk
from data.night.topics import new_draft_folder, read_topics
from data.settings import Settings
from training.examples import is_labelled
from training.history.mine.draft import Source, read_source, write_draft
from training.history.mine.listing import listing
from training.prepare_encoder import prepare_encoder
from training.progress_bar import progress_bar


def run(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.history mine", description=__doc__)
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="holds dialogues/*.jsonl (docs/mining.md)"
    )
    parser.add_argument(
        "--into", type=Path, metavar="DRAFT", help="folder to make; by default one below the home, where the "
        "console's page Topics shows it",
    )  # fmt: skip
    parser.add_argument(
        "--existing", type=Path, metavar="DESK", help="a desk whose intents are not to be found again: "
        "groups that ask the same are proposed as messages for them",
    )  # fmt: skip
    args = parser.parse_args(arguments)
    settings = Settings()
    source = read_source(args.folder, load_desk(args.existing) if args.existing else None)
    if warning := labelled_already(source):
        sys.stderr.write(warning + "\n")
    target = args.into or new_draft_folder(settings.home)
    with TemporaryDirectory() as made, progress_bar("Mining the dialogues") as report:
        encoder = prepare_encoder(settings.encoder, Path(made) / "encoder")
        draft = write_draft(source, encoder, target, report)
    sys.stdout.write(f"{said(draft)}\n\n{listing(draft, read_topics(target))}\n\n{next_step(target)}\n")


def labelled_already(source: Source) -> str:
    """Return what to say of turns that have labels; "" where none has."""
    turns = [t for d in source.dialogues for t in d["turns"] if t["speaker"] == "customer"]
    labelled = sum(is_labelled(turn) for turn in turns)
    if not labelled:
        return ""
    return (
        f"{labelled} of {len(turns)} customer turns have labels already: from labelled dialogues "
        "`python -m training.history import` makes a desk without mining, so "
        f"{source.folder} may be one. They are mined as if they had none."
    )


def said(draft: dict[str, Any]) -> str:
    """Return in a few lines what was found."""
    left = ", ".join(f"{reason} {n}" for reason, n in draft["left_out"].items()) or "none"
    formats = ", ".join(shape for slot in draft["slots"].values() for shape in slot.get("formats", ()))
    known = (
        f"{draft['known']} of {draft['questions']} questions are known to the desk already\n"
        if draft["desk"]
        else ""
    )
    declined = [group["declined"] for group in draft["groups"] if group["declined"]]
    decided = sum(old.get("decided", True) for old in declined)
    again = f", {decided} of them declined in earlier drafts, so they are decided" if decided else ""
    return (
        f"{draft['dialogues']} dialogues, {draft['questions']} questions; customer turns that ask nothing by "
        f"themselves: {left}\n"
        f"numbers of customers: {formats or 'none that follow one format'}\n{known}"
        f"{len(draft['groups'])} groups{again}; {draft['alone']} questions are like hardly any other "
        "and in no group"
    )


def next_step(target: Path) -> str:
    return (
        f"The draft is {target}. Look at a group: python -m training.history accept {target} --show g001; "
        "then --approve, --rename, --merge, --split, --reject, --outside; then accept it --into a desk.\n"
        "All questions of a group: --questions g001; those in no group: --questions none; --move puts them "
        "elsewhere."
    )
