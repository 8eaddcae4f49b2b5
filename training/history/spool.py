"""Where an import stands between reading and writing: one SQLite file, so that memory stays bounded.

Rows of one conversation need not stand together in a source: everything is kept as it comes, masked already,
and read back conversation by conversation. Batches are written whole, with the number of items read so far,
so that an import that was killed goes on after its last batch.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from training.history.message import Item, Message, Rejected, Skipped

BATCH = 5000
MOST_MESSAGES = 2000  # of one conversation; more are no conversation but a column that was misunderstood
_COLUMNS = (
    "n", "file", "row", "conversation", "speaker", "text", "at", "agent", "language", "labels", "mood",
    "standalone", "rating", "resolution",
)  # fmt: skip
_TABLES = """
create table if not exists state (name text primary key, value text not null) without rowid;
create table if not exists counts (what text primary key, number integer not null) without rowid;
create table if not exists rejected (n integer primary key, file text, row integer, reason text);
create table if not exists messages (
    n integer primary key, file text, row integer, conversation text, speaker text, text text, at text,
    agent text, language text, labels text, mood text, standalone integer, rating integer, resolution text);
"""
_ORDER = """
create index if not exists by_conversation on messages (conversation, n);
create table if not exists conversations as
    select min(n) as first, conversation, count(*) as size from messages group by conversation order by first;
"""


class Spool:
    """What was read so far."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    @property
    def done(self) -> int:
        """How many items were read, those that were left out included."""
        return int(self.state("done") or 0)

    def state(self, name: str) -> str | None:
        row = self._db.execute("select value from state where name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def keep(self, name: str, value: str) -> None:
        self._db.execute("insert or replace into state values (?, ?)", (name, value))

    def add(self, items: Iterable[tuple[Item, int]]) -> int:
        """Keep a batch of items with the pieces masked in each; return how many were read now in all."""
        first = n = self.done
        kept, left_out, counts = [], [], Counter[str]()
        for n, (item, masked) in enumerate(items, first + 1):
            counts["masked"] += masked
            if isinstance(item, Message):
                kept.append(_row(n, item))
                counts.update(f"doubt: {doubt}" for doubt in item.doubts)
            elif isinstance(item, Rejected):
                left_out.append((n, item.file, item.row, item.reason))
            elif isinstance(item, Skipped):
                counts[f"skipped: {item.what}"] += 1
        self._db.execute("begin")
        self._db.executemany(f"insert into messages values ({','.join('?' * 14)})", kept)
        self._db.executemany("insert into rejected values (?, ?, ?, ?)", left_out)
        self._count(counts)
        self.keep("done", str(n))
        self._db.execute("commit")
        return n

    def conversations(self) -> Iterator[list[Message]]:
        """Yield the messages of each conversation, in the order in which these began in the source."""
        self._db.executescript(_ORDER)
        rows = self._db.execute(
            f"select {', '.join(f'm.{c}' for c in _COLUMNS)} from conversations as c "
            "join messages as m on m.conversation = c.conversation where c.size <= ? order by c.first, m.n",
            (MOST_MESSAGES,),
        )
        for _, group in groupby(rows, key=lambda row: row[3]):
            yield [_message(row) for row in group]

    def endless(self) -> Iterator[Rejected]:
        """Yield the messages of conversations that are too long to be one."""
        self._db.executescript(_ORDER)
        for file, row, conversation, size in self._db.execute(
            "select m.file, m.row, m.conversation, c.size from conversations as c join messages as m "
            "on m.conversation = c.conversation where c.size > ? order by m.n",
            (MOST_MESSAGES,),
        ):
            why = f"conversation {conversation} has {size} messages; is the column of conversations right?"
            yield Rejected(file, row, why)

    def labels(self) -> list[str]:
        """Return the labels that messages have, in the order of the alphabet."""
        found = self._db.execute("select distinct labels from messages where labels is not null")
        return sorted({label for (labels,) in found for label in json.loads(labels)})

    def number_of_conversations(self) -> int:
        self._db.executescript(_ORDER)
        counted = self._db.execute("select count(*) from conversations where size <= ?", (MOST_MESSAGES,))
        return int(counted.fetchone()[0])

    def rejected(self) -> Iterator[Rejected]:
        yield from (
            Rejected(*row) for row in self._db.execute("select file, row, reason from rejected order by n")
        )

    def counts(self) -> dict[str, int]:
        return dict(self._db.execute("select what, number from counts order by what"))

    def _count(self, counts: Counter[str]) -> None:
        self._db.executemany(
            "insert into counts values (?, ?) on conflict do update set number = number + excluded.number",
            [(what, number) for what, number in counts.items() if number],
        )


def _row(n: int, m: Message) -> tuple[object, ...]:
    labels = None if m.labels is None else json.dumps(m.labels, ensure_ascii=False)
    return (
        n, m.file, m.row, m.conversation, m.speaker, m.text, m.at, m.agent, m.language, labels, m.mood,
        m.standalone, m.rating, m.resolution,
    )  # fmt: skip


def _message(row: tuple[object, ...]) -> Message:
    _, file, number, conversation, speaker, text, at, agent, language, labels, mood, alone, rating, solved = (
        row
    )
    return Message(
        file, number, conversation, speaker, text, at, agent, language,  # type: ignore[arg-type]
        None if labels is None else tuple(json.loads(str(labels))),
        mood, bool(alone), rating, solved,  # type: ignore[arg-type]
    )  # fmt: skip
