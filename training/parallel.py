"""Parallel sentences: pairs of the same meaning in English and Chinese."""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.fold import fold

# Written for Frontdesk: what a shop's customers say; and everyday questions in groups of like wording and
# other meaning, each said in two ways.
OWN = (Path(__file__).parent / "parallel_shop.jsonl", Path(__file__).parent / "parallel_everyday.jsonl")
SOURCES = {  # folder under --data: share of its pairs that each epoch draws
    "parallel_tatoeba": 1.0,
    "parallel_multiwoz": 1.0,
    "parallel_crosswoz": 1.0,
    "parallel_shop_ui": 1.0,
    "parallel_openstack": 1.0,
    "parallel_freebsd_docs": 0.3,
    "parallel_techdocs_md": 0.3,
    "parallel_devdocs_md": 0.3,
    "parallel_django_docs": 0.3,
    "parallel_python_docs": 0.3,
}
OWN_SHARE = 2.0
LONGEST_CHINESE, LONGEST_ENGLISH = 80, 260  # characters; a customer's message is rarely longer


@dataclass(frozen=True)
class Pair:
    english: str
    chinese: str
    share: float  # how often an epoch has it, on average

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits of the pair: enough to say which pairs were held out."""
        return hashlib.sha256(f"{self.english}\t{self.chinese}".encode()).hexdigest()[:16]


def read_pairs(data: Path, seed: int, own: Sequence[Path] = OWN) -> list[Pair]:
    """Return the distinct folded pairs in an order that `seed` decides.

    Raises FileNotFoundError naming a missing folder.
    """
    pairs: dict[tuple[str, str], Pair] = {}
    for file, share in _files(data, own):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            english, chinese = fold(row["en"]), fold(row["zh"])
            if 0 < len(chinese) <= LONGEST_CHINESE and 0 < len(english) <= LONGEST_ENGLISH:
                pairs.setdefault((english, chinese), Pair(english, chinese, share))
    shuffled = list(pairs.values())
    random.Random(seed).shuffle(shuffled)
    return shuffled


def _files(data: Path, own: Sequence[Path]) -> Iterator[tuple[Path, float]]:
    yield from ((file, OWN_SHARE) for file in own)
    for name, share in SOURCES.items():
        folder = data / name
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is missing. --data must hold: {', '.join(SOURCES)}")
        yield from ((file, share) for file in sorted(folder.glob("*.jsonl")))


def drawn(shares: list[float], rng: random.Random) -> list[int]:
    """Return the indices of one epoch's pairs: each as often as its share says, on average."""
    return [i for i, share in enumerate(shares) for _ in range(int(share + rng.random()))]
