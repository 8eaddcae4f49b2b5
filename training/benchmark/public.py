"""Measure the public sets and write docs/benchmarks.md: `python -m training.benchmark public`."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from training.benchmark.benchmark import described, machine, system_as_json
from training.benchmark.code_version import ROOT, code_version, digest
from training.benchmark.command import RUNS, add_options, options_of
from training.benchmark.encoder_figures import encoder_figures
from training.benchmark.measured import FRONTDESK, PEERS, SYSTEMS, measure
from training.benchmark.own_process import in_own_process
from training.benchmark.page import page
from training.benchmark.public_sets import ENCODER, NAMES, SETS, encoder_files
from training.benchmark.recognizer import Options
from training.benchmark.split import Split, cautions

Kept = dict[str, Any]  # what one system did on one set: the content of one JSON file


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.benchmark public",
        description="Measure the public sets and the encoder. What was measured with the same files, "
        "settings and code is not measured again, so that a run cut short goes on where it was.",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="what holds the sets")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(NAMES), metavar="SET,…",
        help=f"some of {','.join(NAMES)}",
    )  # fmt: skip
    add_options(parser)
    parser.add_argument("--no-peers", action="store_true", help="leave out what others would train")
    parser.add_argument(
        "--out", type=Path, default=RUNS / "public", metavar="FOLDER", help="for the figures (%(default)s)"
    )
    parser.add_argument(
        "--page", type=Path, default=ROOT / "docs" / "benchmarks.md", metavar="FILE", help="what is written"
    )
    return parser


def run(arguments: list[str]) -> None:
    """Measure what is not yet measured and write the page; raises FrontdeskError."""
    parsing = parser()
    args = parsing.parse_args(arguments)
    if unknown := set(args.only) - set(NAMES):
        parsing.error(f"--only: {', '.join(sorted(unknown))} is none of {', '.join(NAMES)}")
    options, systems = options_of(args), (FRONTDESK,) if args.no_peers else (FRONTDESK, *PEERS)
    files = {  # all of them before the first is measured: a folder may be missing
        name: encoder_files(args.data) if name == ENCODER else SETS[name].files(args.data).all
        for name in args.only
    }
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.only:
        key = {"set": name, "data": digest(files[name]), "code": code_version()}
        if name == ENCODER:
            _measure_encoder(args.data, options, args.out, key)
        else:
            _measure_set(SETS[name].read(args.data), systems, options, args.out, key)
        kept = [json.loads(file.read_text("utf-8")) for file in sorted(args.out.glob("*--*.json"))]
        args.page.parent.mkdir(parents=True, exist_ok=True)
        args.page.write_text(page(kept, code_version()), "utf-8")
    print(args.page)


def _measure_set(split: Split, systems: tuple[str, ...], options: Options, out: Path, key: Kept) -> None:
    for system in systems:
        if why := SYSTEMS[system].hindrance(split):
            print(f"frontdesk: {why}", file=sys.stderr)
            continue
        wanted = {**key, "system": system, "settings": _settings(system, options)}
        file = out / f"{key['set']}--{_variant(system, options)}.json"
        if not _is_kept(file, wanted):
            print(f"{SYSTEMS[system].title} on {split.name}", file=sys.stderr)
            found = system_as_json(measure(system, split, options))
            _keep(file, {"key": wanted, "about": described(split), "cautions": cautions(split), **found})


def _measure_encoder(data: Path, options: Options, out: Path, key: Kept) -> None:
    wanted = {**key, "system": ENCODER, "settings": {"encoder": options.encoder}}
    file = out / f"{ENCODER}--{_slug(options.encoder or 'bundled')}.json"
    if not _is_kept(file, wanted):
        print("the encoder", file=sys.stderr)
        figures = in_own_process("the encoder", encoder_figures, data, options.encoder)
        _keep(file, {"key": wanted, "title": options.encoder or "bundled", "figures": figures})


def _is_kept(file: Path, key: Kept) -> bool:
    """Whether the file's figures were measured with the same data, settings and code."""
    if not file.exists() or json.loads(file.read_text("utf-8"))["key"] != key:
        return False
    print(f"{file.stem}: measured already", file=sys.stderr)
    return True


def _keep(file: Path, found: Kept) -> None:
    """Write all or nothing: a run may be cut short at any time."""
    dated = {**found, "date": time.strftime("%Y-%m-%d"), "machine": machine()}
    half = file.with_suffix(".part")
    half.write_text(json.dumps(dated, ensure_ascii=False, indent=1) + "\n", "utf-8")
    half.replace(file)


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
