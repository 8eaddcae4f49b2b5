"""What is measured of the public sets, and kept: a JSON file for each system on each set."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.benchmark.benchmark import described, machine, system_as_json
from training.benchmark.encoder_figures import encoder_figures
from training.benchmark.measured import FRONTDESK, SYSTEMS, measure
from training.benchmark.own_process import in_own_process
from training.benchmark.public_sets import ENCODER, SETS
from training.benchmark.recognizer import Options
from training.benchmark.split import Split, cautions

Kept = dict[str, Any]  # what one system did on one set: the content of one JSON file


@dataclass(frozen=True)
class Keeper:
    """Measures what is not yet kept in its folder, and keeps it there."""

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

    def kept(self) -> list[Kept]:
        """Return all that was ever kept in the folder."""
        return [json.loads(file.read_text("utf-8")) for file in sorted(self.out.glob("*--*.json"))]

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
