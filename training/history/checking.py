"""`python -m training.history check`: what is wrong with a desk's messages and labels."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from data.desk import load_desk
from data.settings import Settings
from training.fit_intent import encode_messages
from training.history.balance import balance
from training.history.duplicates import NEAR, leaks, near_pairs, repetitions
from training.history.findings import Findings
from training.history.said import learned_from, measured_with
from training.mislabelled import suspects_in
from training.prepare_encoder import prepare_encoder
from training.progress_bar import Report, progress_bar

ENCODING, COMPARING = "reading the messages", "looking for duplicates"


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.history check",
        description="Say what is wrong with a desk's messages: duplicates, leaks, suspect labels, balance.",
    )
    parser.add_argument("desk", type=Path, metavar="DESK", help="the desk's folder")
    parser.add_argument(
        "--near", type=float, default=NEAR, metavar="COSINE", help="of duplicates (%(default)s)"
    )
    parser.add_argument("--most", type=int, default=10, metavar="N", help="of a kind to list (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")
    return parser


def run(arguments: Sequence[str]) -> None:
    """Check a desk; raises DeskError for one that can't be read or has too few labelled dialogues."""
    args = parser().parse_args(arguments)
    with progress_bar("Checking") as report:
        found = check(args.desk, args.near, Settings().encoder, report)
    if args.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        print("\n".join(found.lines(args.most)))
    if found.leaks:
        print(f"frontdesk: {found.leaked()}", file=sys.stderr)


def check(
    folder: Path, near: float = NEAR, encoder: str | None = None, report: Report = lambda share, what: None
) -> Findings:  # fmt: skip
    """Return everything that is found in a desk's dialogues, calibration and tests."""
    desk = load_desk(folder)
    learned, measured = learned_from(desk), measured_with(desk)
    with tempfile.TemporaryDirectory() as scratch:
        report(0.0, ENCODING)
        opened = prepare_encoder(encoder, Path(scratch) / "encoder")
        texts = [m.text for m in (*learned, *measured)]
        vectors = encode_messages(texts, opened, lambda share: report(0.4 * share, ENCODING))
        report(0.4, COMPARING)
        of_learned, of_measured = vectors[: len(learned)], vectors[len(learned) :]
        return Findings(
            desk=desk.id,
            messages=len(learned),
            near=near,
            repetitions=repetitions(learned),
            pairs=near_pairs(learned, of_learned, near),
            leaks=leaks(learned, measured, of_learned, of_measured, near),
            suspects=suspects_in(desk, opened, lambda share, what: report(0.5 + 0.5 * share, what)),
            balance=balance(desk, learned),
        )  # fmt: skip
