"""What a check of a desk found: for people, a page of lines; for programs, everything."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from training.history.balance import Balance
from training.history.counted import counted
from training.history.duplicates import Pair, Repetition
from training.history.said import Said
from training.mislabelled import Suspect

_LONGEST = 60


@dataclass(frozen=True)
class Findings:
    """Duplicates, leaks, suspect labels and balance of one desk."""

    desk: str
    messages: int
    near: float
    repetitions: Sequence[Repetition]
    pairs: Sequence[Pair]
    leaks: Sequence[Pair]
    suspects: Sequence[Suspect]
    balance: Balance

    @property
    def across(self) -> list[Pair]:
        """The pairs whose messages are of two dialogues: folds by dialogue do not keep them apart."""
        return [pair for pair in self.pairs if pair.one.conversation != pair.other.conversation]

    def as_json(self) -> dict[str, Any]:
        return {
            "desk": self.desk,
            "messages": self.messages,
            "near": self.near,
            "repetitions": [{**asdict(r), "disputed": r.disputed} for r in self.repetitions],
            "near_duplicates": [asdict(p) for p in self.pairs],
            "near_duplicates_across_dialogues": len(self.across),
            "leaks": [asdict(p) for p in self.leaks],
            "suspects": [asdict(s) for s in self.suspects],
            "intents": {i: dict(counts) for i, counts in self.balance.intents.items()},
            "out_of_scope": dict(self.balance.outside),
            "unlabelled": dict(self.balance.unlabelled),
            "cautions": list(self.balance.cautions()),
        }

    def lines(self, most: int = 10) -> Iterator[str]:
        """Yield the findings for people, at most so many of each kind."""
        yield f"{self.desk}: {counted(self.messages, 'customer message')} in its dialogues"
        disputed = [r for r in self.repetitions if r.disputed]
        copies = sum(r.times - 1 for r in self.repetitions)
        of = counted(len(self.repetitions), "message")
        yield f"\nExact duplicates: {counted(copies, 'copy', 'copies')} of {of}"
        yield from _listed(
            (f"{r.times} × {_short(r.text)}" for r in self.repetitions if not r.disputed), most
        )
        yield f"\nThe same message with different labels: {len(disputed):,} (only the first is learned)"
        yield from _listed((f"{_short(r.text)}: {_choice(r.labels)}" for r in disputed), most)
        pairs = counted(len(self.pairs), "pair")
        yield f"\nNear duplicates: {pairs}, {len(self.across):,} between two dialogues"
        yield from _listed((f"{p.cosine:.3f} {_named(p.one)} ~ {_named(p.other)}" for p in self.pairs), most)
        yield f"\nLeaks: {self.leaked()}{self._where()}"
        yield from _listed(
            (f"{p.cosine:.3f} {p.one.place} {_named(p.one)} ~ {_named(p.other)}" for p in self.leaks), most
        )
        yield f"\nSuspect labels: {len(self.suspects):,} (a classifier without them is surer of another)"
        yield from _listed((_suspect(s) for s in self.suspects), most)
        yield "\nBalance: messages per intent, " + ", ".join(self.balance.outside)
        yield from self._counts()
        yield from (f"  ! {caution}" for caution in self.balance.cautions())

    def leaked(self) -> str:
        """Return how many messages measure what was learned from them."""
        are = "measures is" if len(self.leaks) == 1 else "measure are"
        return f"{counted(len(self.leaks), 'message')} that {are} learned from, too"

    def _where(self) -> str:
        """Return in which files the leaks are, how many of them word for word."""
        exact = Counter(p.one.place for p in self.leaks if p.cosine == 1.0)
        every = Counter(p.one.place for p in self.leaks)
        told = [f"{place} {number} ({exact[place]} word for word)" for place, number in sorted(every.items())]
        return f": {', '.join(told)}" if told else ""

    def _counts(self) -> Iterator[str]:
        rows = [*self.balance.intents.items(), ("(out of scope)", self.balance.outside)]
        width = max(len(name) for name, _ in rows)
        for name, counts in rows:
            yield f"  {name:{width}}" + "".join(f"{number:8,}" for number in counts.values())


def _listed(lines: Iterator[str], most: int) -> Iterator[str]:
    shown = list(lines)
    yield from (f"  {line}" for line in shown[:most])
    if len(shown) > most:
        yield f"  … {len(shown) - most:,} more (--most, --json)"


def _suspect(suspect: Suspect) -> str:
    labels = ", ".join(suspect.labels) or "out of scope"
    return f"{_short(suspect.text)}: {labels}, rather {suspect.suggested} ({suspect.confidence:.2f})"


def _named(said: Said) -> str:
    return f"“{_short(said.text)}” [{said.conversation}]"


def _choice(labels: Sequence[Sequence[str]]) -> str:
    return " or ".join(" + ".join(some) or "out of scope" for some in labels)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
