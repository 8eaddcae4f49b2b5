"""Measure files of yours: what `python -m training.benchmark` does."""

import argparse
import json
import sys
import time
from pathlib import Path

from bot.classifier import Thresholds
from training.benchmark.benchmark import Benchmark
from training.benchmark.figures import MEANINGS
from training.benchmark.files import Files, read_split
from training.benchmark.measured import FRONTDESK, PEERS, SYSTEMS, Measured, measure
from training.benchmark.recognizer import Options
from training.benchmark.split import Split, cautions
from training.calibrate import TOO_FEW
from training.fit_intent import LEAST_INTENTS

RUNS = Path("runs/benchmark")
LANGUAGES = ("en", "zh")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.benchmark",
        description="Train on labelled messages as a desk is trained, and measure on others.",
        epilog="`python -m training.benchmark public --help`: the public sets, for docs/benchmarks.md",
    )
    files = parser.add_argument_group("files, CSV, TSV or JSONL by their ending, UTF-8")
    files.add_argument("--train", type=Path, required=True, metavar="FILE", help="messages to learn from")
    files.add_argument("--test", type=Path, required=True, metavar="FILE", help="messages to measure with")
    files.add_argument(
        "--valid", type=Path, metavar="FILE", help="messages that only thresholds are fitted on; without "
        "them, or with fewer than 200, folds of the training messages serve"
    )  # fmt: skip
    for option, use in (
        ("--oos-train", "learn from"), ("--oos-valid", "add to --valid"), ("--oos", "measure with"),
    ):  # fmt: skip
        files.add_argument(
            option, type=Path, nargs="+", action="extend", default=[], metavar="FILE",
            help=f"messages out of scope, whatever their label, to {use}",
        )  # fmt: skip
    files.add_argument("--oos-label", metavar="NAME", help="the label of messages out of scope in the others")
    files.add_argument("--text-column", metavar="NAME", help="where the message is, if not clear by its name")
    files.add_argument("--label-column", metavar="NAME", help="where the label is, if not clear by its name")
    files.add_argument(
        "--mood-column", metavar="NAME", help="where the customer's mood is (angry, unhappy, neutral or "
        "happy): it is learned and measured, too",
    )  # fmt: skip
    parser.add_argument(
        "--language", choices=LANGUAGES, default="en", help="of the messages (%(default)s)"
    )  # fmt: skip
    add_options(parser)
    parser.add_argument("--peers", action="store_true", help="measure what others would train, too")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help=f"for the report ({RUNS}/<train file>-<time>)"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as one line of JSON, last")
    return parser


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what a system may be told: the fields of `Options`."""
    parser.add_argument("--encoder", metavar="NAME", help="another encoder than the bundled one")
    parser.add_argument(
        "--max-wrong", type=_share, default=Options.max_wrong, metavar="SHARE",
        help="share of wrong answers that is put up with (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="train by the quick recipe")
    parser.add_argument("--seed", type=int, default=Options.seed, help="(%(default)s)")


def options_of(args: argparse.Namespace) -> Options:
    return Options(args.encoder, args.max_wrong, args.quick, args.seed)


def run(arguments: list[str]) -> None:
    """Measure what the arguments name; raises FrontdeskError."""
    args = parser().parse_args(arguments)
    files = Files(
        args.train, args.test, args.valid, tuple(args.oos_train), tuple(args.oos_valid), tuple(args.oos),
        args.oos_label, args.text_column, args.label_column, args.mood_column,
    )  # fmt: skip
    split = read_split(files, args.language, f"{args.train.name} → {args.test.name}")
    benchmark = measure_all(split, options_of(args), (FRONTDESK, *(PEERS if args.peers else ())))
    folder = args.out or RUNS / f"{args.train.stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    from training.benchmark.folder import write_folder  # matplotlib's import takes a second

    write_folder(benchmark, folder)
    print(_table(benchmark.measured), file=sys.stderr if args.json else sys.stdout)
    print(f"\nreport: {folder / 'report.html'}", file=sys.stderr if args.json else sys.stdout)
    if args.json:
        print(json.dumps({**benchmark.as_json(), "folder": str(folder)}, ensure_ascii=False))


def measure_all(split: Split, options: Options, systems: tuple[str, ...]) -> Benchmark:
    """Measure one system after the other, saying on stderr what is done and what is to be minded."""
    notes = cautions(split)
    hindrances = {name: SYSTEMS[name].hindrance(split) for name in systems}
    notes += [why for why in hindrances.values() if why]
    for note in notes:
        print(f"frontdesk: {note}", file=sys.stderr)
    measured = []
    for name in (n for n, why in hindrances.items() if not why):
        print(f"{SYSTEMS[name].title} on {split.name}", file=sys.stderr)
        measured.append(measure(name, split, options))
        if (unfitted := _unfitted(measured[-1], options)) is not None:
            print(f"frontdesk: {unfitted}", file=sys.stderr)
            notes.append(unfitted)
    return Benchmark(split, options, tuple(measured), tuple(notes))


def _unfitted(measured: Measured, options: Options) -> str | None:
    """Return what is to be said where thresholds could not be fitted."""
    fixed = measured.thresholds
    if fixed is None or fixed.basis != Thresholds().basis:
        return None
    return (
        f"too few messages to fit thresholds to {options.max_wrong:.0%} of wrong answers (it takes "
        f"{TOO_FEW}, some out of scope or {LEAST_INTENTS} intents): an intent is acted on from a fixed "
        f"confidence of {fixed.accept_at}, and more or fewer answers than that may be wrong"
    )


def _table(measured: tuple[Measured, ...]) -> str:
    rows = [("", *(SYSTEMS[m.system].title for m in measured))]
    for name, meaning in MEANINGS.items():
        rows.append((meaning.title, *(meaning.shown(getattr(m.figures, name)) for m in measured)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        row[0].ljust(widths[0])
        + "".join(f"  {cell:>{w}}" for cell, w in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share between 0 and 1; 0.05 means 5 %")
    return value
