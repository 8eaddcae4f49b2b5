"""Measure the public sets and write docs/benchmarks.md: `python -m training.benchmark public`."""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.benchmark.benchmark import described, machine, system_as_json
from training.benchmark.code_version import ROOT, code_version, digest
from training.benchmark.command import add_options, options_of
from training.benchmark.encoder_figures import encoder_figures
from training.benchmark.errors import BenchmarkError
from training.benchmark.measured import FRONTDESK, OPTIONAL, PEERS, SYSTEMS, measure
from training.benchmark.own_process import in_own_process
from training.benchmark.page import page
from training.benchmark.public_sets import ENCODER, NAMES, SETS, encoder_files
from training.benchmark.recognizer import Options
from training.benchmark.split import Split, cautions

PAGE = ROOT / "docs" / "benchmarks.md"
Kept = dict[str, Any]  # what one system did on one set: the content of one JSON file


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
    out = args.out or args.page.with_suffix("")
    measuring = Measuring(args.data, args.systems, options_of(args), out, args.busy)
    if needed := [f"{SYSTEMS[s].title}: {why}" for s in _needed(args.systems) if (why := SYSTEMS[s].missing)]:
        raise BenchmarkError("; ".join(needed))
    names = [name for name in args.only if name != ENCODER or FRONTDESK in args.systems]
    files = {  # all of them before the first is measured: a folder may be missing
        name: encoder_files(args.data) if name == ENCODER else SETS[name].files(args.data).all
        for name in names
    }
    out.mkdir(parents=True, exist_ok=True)
    args.page.parent.mkdir(parents=True, exist_ok=True)
    for name in names:
        measuring.measure(name, {"set": name, "data": digest(files[name]), "code": code_version()})
        kept = [json.loads(file.read_text("utf-8")) for file in sorted(out.glob("*--*.json"))]
        args.page.write_text(page(kept, code_version()), "utf-8")
    print(args.page)


def _systems(text: str) -> tuple[str, ...]:
    named = [name for part in text.split(",") for name in (PEERS if part == "peers" else (part,))]
    if unknown := set(named) - set(SYSTEMS):
        held = f"{', '.join(SYSTEMS)} or peers"
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))} is none of {held}")
    return tuple(name for name in SYSTEMS if name in named)


def _needed(systems: tuple[str, ...]) -> list[str]:
    return [name for name in systems if name not in OPTIONAL]


@dataclass(frozen=True)
class Measuring:
    """What is measured of each set, and the folder where it is kept."""

    data: Path
    systems: tuple[str, ...]
    options: Options
    out: Path
    busy: bool

    def measure(self, name: str, key: Kept) -> None:
        """Measure what is not yet kept of a set or of the encoder."""
        if name == ENCODER:
            self._measure_encoder(key)
        else:
            self._measure_set(SETS[name].read(self.data), key)

    def _measure_set(self, split: Split, key: Kept) -> None:
        for system in self.systems:
            if why := SYSTEMS[system].hindrance(split):
                print(f"frontdesk: {why}", file=sys.stderr)
                continue
            wanted = {**key, "system": system, "settings": _settings(system, self.options)}
            file = self.out / f"{key['set']}--{_variant(system, self.options)}.json"
            if not _is_kept(file, wanted):
                print(f"{SYSTEMS[system].title} on {split.name}", file=sys.stderr)
                found = system_as_json(measure(system, split, self.options))
                about = {"about": described(split), "cautions": cautions(split)}
                self._keep(file, {"key": wanted, **about, **found})

    def _measure_encoder(self, key: Kept) -> None:
        encoder = self.options.encoder
        wanted = {**key, "system": ENCODER, "settings": {"encoder": encoder}}
        file = self.out / f"{ENCODER}--{_slug(encoder or 'bundled')}.json"
        if not _is_kept(file, wanted):
            print("the encoder", file=sys.stderr)
            figures = in_own_process("the encoder", encoder_figures, self.data, encoder)
            self._keep(file, {"key": wanted, "title": encoder or "bundled", "figures": figures})

    def _keep(self, file: Path, found: Kept) -> None:
        """Write all or nothing: a run may be cut short at any time."""
        dated = {**found, "date": time.strftime("%Y-%m-%d"), "machine": machine(), "busy": self.busy}
        half = file.with_suffix(".part")
        half.write_text(json.dumps(dated, ensure_ascii=False, indent=1) + "\n", "utf-8")
        half.replace(file)


def _is_kept(file: Path, key: Kept) -> bool:
    """Whether the file's figures were measured with the same data, settings and code."""
    if not file.exists() or json.loads(file.read_text("utf-8"))["key"] != key:
        return False
    print(f"{file.stem}: measured already", file=sys.stderr)
    return True


def _settings(system: str, options: Options) -> Kept:
    """Return what the figures of a system depend on."""
    if system != FRONTDESK:
        return {"seed": options.seed}
    told = {"encoder": options.encoder, "max_wrong": options.max_wrong, "recipe": options.recipe}
    return {**told, "seed": options.seed}


def _variant(system: str, options: Options) -> str:
    """Return the end of a file's name; Frontdesk's recipes and encoders are kept side by side."""
    if system != FRONTDESK:
        return system
    return "-".join([system, options.recipe, *([_slug(options.encoder)] if options.encoder else [])])


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)
