"""Measure the public sets and write docs/benchmarks.md: `python -m training.benchmark public`."""

import argparse
from pathlib import Path

from training.benchmark.code_version import ROOT, code_version, digest
from training.benchmark.command import add_options, options_of
from training.benchmark.errors import BenchmarkError
from training.benchmark.kept import Keeper
from training.benchmark.measured import FRONTDESK, OPTIONAL, PEERS, SYSTEMS
from training.benchmark.page import page
from training.benchmark.public_sets import ENCODER, NAMES, SETS, encoder_files

PAGE = ROOT / "docs" / "benchmarks.md"


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.benchmark public",
        description="Measure the public sets and the encoder, or some of it: the page is written of all "
        "that was ever kept. What was measured with the same files, settings and code is not measured "
        "again, so that a run cut short goes on where it was.",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="what holds the sets")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(NAMES), metavar="SET,…",
        help=f"some of {','.join(NAMES)}",
    )  # fmt: skip
    parser.add_argument(
        "--systems", type=_systems, default=tuple(SYSTEMS), metavar="SYSTEM,…",
        help=f"some of {','.join(SYSTEMS)}; peers are all but the first",
    )  # fmt: skip
    add_options(parser)
    parser.add_argument(
        "--busy", action="store_true", help="say that other work runs meanwhile: times are upper bounds"
    )
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="what is written")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="for the figures (named like the page and beside it)"
    )
    return parser


def run(arguments: list[str]) -> None:
    """Measure what is not yet measured and write the page; raises FrontdeskError."""
    parsing = parser()
    args = parsing.parse_args(arguments)
    if unknown := set(args.only) - set(NAMES):
        parsing.error(f"--only: {', '.join(sorted(unknown))} is none of {', '.join(NAMES)}")
    names = [name for name in args.only if name != ENCODER or FRONTDESK in args.systems]
    if not names:
        parsing.error("--only: the encoder is Frontdesk's, and --systems leaves that out")
    _require(args.systems)
    files = {  # all of them before the first is measured: a folder may be missing
        name: encoder_files(args.data) if name == ENCODER else SETS[name].files(args.data).all
        for name in names
    }
    out = args.out or args.page.with_suffix("")
    out.mkdir(parents=True, exist_ok=True)
    args.page.parent.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(args.data, args.systems, options_of(args), out, args.busy)
    for name in names:
        keeper.measure(name, {"set": name, "data": digest(files[name]), "code": code_version()})
        args.page.write_text(page(keeper.kept(), code_version()), "utf-8")
    print(args.page)


def _systems(text: str) -> tuple[str, ...]:
    named = [name for part in text.split(",") for name in (PEERS if part == "peers" else (part,))]
    if unknown := set(named) - set(SYSTEMS):
        held = f"{', '.join(SYSTEMS)} or peers"
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))} is none of {held}")
    return tuple(name for name in SYSTEMS if name in named)


def _require(systems: tuple[str, ...]) -> None:
    """Raises BenchmarkError where modules are missing without which the page would lack rows."""
    for system in (SYSTEMS[name] for name in systems if name not in OPTIONAL):
        if system.missing:
            raise BenchmarkError(f"{system.title}: {system.missing}")
