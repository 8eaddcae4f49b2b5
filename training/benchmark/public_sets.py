"""The public sets: where they lie under --data and which of their files are for what."""

from dataclasses import dataclass
from pathlib import Path

from training.benchmark.encoder_figures import HEADS, PAIRS
from training.benchmark.errors import BenchmarkError
from training.benchmark.files import Files, read_split
from training.benchmark.split import Split
from training.parallel import SOURCES

ENCODER = "encoder"  # no set of intents, but measured and kept like one


@dataclass(frozen=True)
class PublicSet:
    """One set of labelled messages; files are named without `.jsonl`."""

    title: str
    about: str
    folder: str
    train: str
    test: str
    valid: str | None = None
    oos: bool = False  # whether oos_train, oos_valid and oos_test lie beside

    def files(self, data: Path) -> Files:
        """Return where the set lies; raises BenchmarkError naming a folder that is missing."""
        folder = data / self.folder
        require(folder, data)

        def outside(part: str) -> tuple[Path, ...]:
            return (folder / f"oos_{part}.jsonl",) if self.oos else ()

        return Files(
            train=folder / f"{self.train}.jsonl",
            test=folder / f"{self.test}.jsonl",
            valid=folder / f"{self.valid}.jsonl" if self.valid else None,
            oos_train=outside("train"),
            oos_valid=outside("valid"),
            oos=outside("test"),
            text_column="text",
            label_column="intent",
        )

    def read(self, data: Path) -> Split:
        return read_split(self.files(data), "en", self.title)


SETS = {
    "banking77": PublicSet(
        "BANKING77", "77 intents of a bank's customers, near to each other.", "banking77", "train", "test"
    ),
    "banking77-10": PublicSet(
        "BANKING77, 10 examples an intent", "The published 10-shot split.", "banking77",
        "fewshot_train_10", "fewshot_test",
    ),
    "clinc150": PublicSet(
        "CLINC150", "150 intents in ten domains, and messages out of scope.", "clinc150", "train", "test",
        "valid", oos=True,
    ),
    "hwu64": PublicSet("HWU64", "64 intents of a home assistant.", "hwu64", "train", "test", "valid"),
    "hwu64-10": PublicSet(
        "HWU64, 10 examples an intent", "The published 10-shot split.", "hwu64", "train_10", "test", "valid"
    ),
}  # fmt: skip
NAMES = (*SETS, ENCODER)


def encoder_files(data: Path) -> tuple[Path, ...]:
    """Return the files that the encoder is measured on; raises like `PublicSet.files`.

    Of the parallel sentences those count that training held out, but which these are depends on all.
    """
    named = (*PAIRS.values(), *(file for files in HEADS.values() for file in files))
    for folder in (*(str(Path(file).parent) for file in named), *SOURCES):
        require(data / folder, data)
    parallel = (file for folder in SOURCES for file in sorted((data / folder).glob("*.jsonl")))
    return (*(data / file for file in named), *parallel)


def require(folder: Path, data: Path) -> None:
    """Raises BenchmarkError if a folder is missing."""
    if not folder.is_dir():
        sets = {public_set.folder for public_set in SETS.values()}
        wanted = ", ".join(sorted(sets | {file.split("/")[0] for file in PAIRS.values()} | set(SOURCES)))
        raise BenchmarkError(f"{folder} is missing; --data ({data}) must be the folder that holds {wanted}")
