"""Fill a database with a long history: conversations as the bundled desk has them, over half a year.

python -m tests.bench.full_log --url sqlite:////tmp/full/frontdesk.sqlite3 --conversations 100000

The same seed gives the same log. The database must hold no conversations yet.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from data.database import open_database
from data.desk import Desk, load_desk
from data.log.words import index_rest
from data.settings import Settings
from data.tables import Base, Conversation
from retrieval.encoder import Vectors
from tests.bench.customers import encoded, judged, read_dialogues
from tests.bench.made_up_log import Log, Logged

BATCH = 2000  # conversations written in one transaction
NOISE = 0.006  # a repeated message's vector differs by so much in each dimension


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--url", required=True, help="SQLAlchemy URL of an empty database")
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument(
        "--until", type=datetime.fromisoformat, default=datetime.now(UTC), help="end of the log"
    )
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    until = args.until if args.until.tzinfo else args.until.replace(tzinfo=UTC)
    with tempfile.TemporaryDirectory() as home:
        engine = open_database(args.url, _folder(args.url, Path(home)))
        log, vectors = made_up_log(load_desk(Settings().desk), args.seed)
        fill(engine, log.conversations(args.conversations, args.days, until), vectors, args.seed)
        engine.dispose()


def made_up_log(desk: Desk, seed: int) -> tuple[Log, Vectors]:
    """Return a log that can be drawn, and the vectors of its messages, shape (n, dim)."""
    dialogues = read_dialogues(desk)
    messages = list({m.text: m for dialogue in dialogues for m in dialogue}.values())
    with tempfile.TemporaryDirectory() as folder:
        vectors = encoded([m.text for m in messages], Path(folder))
    places = {m.text: n for n, m in enumerate(messages)}
    said = [[places[m.text] for m in dialogue] for dialogue in dialogues]
    return Log(desk, messages, judged(messages, vectors), said, seed), vectors


def fill(engine: Engine, conversations: Iterator[Logged], vectors: Vectors, seed: int) -> None:
    """Write conversations in large batches; exits where there are conversations already."""
    with engine.connect() as db:
        if db.scalar(select(func.count()).select_from(Conversation)):
            sys.exit("full_log: the database holds conversations already; name an empty one")
    rng, started, written, turns = np.random.default_rng(seed), time.monotonic(), 0, 0
    while batch := list(islice(conversations, BATCH)):
        with engine.begin() as db:
            turns += _write(db, batch, vectors, rng, turns)
        written += len(batch)
        print(f"{written} conversations, {turns} turns, {time.monotonic() - started:.0f} s", flush=True)
    index_rest(engine)
    _settle(engine)


def _write(
    db: Connection, batch: list[Logged], vectors: Vectors, rng: np.random.Generator, last_turn: int
) -> int:
    """Write conversations whose turns get the ids after `last_turn`; return the number of turns."""
    turns = [row for logged in batch for row in logged.turns]
    for number, row in enumerate(turns, last_turn + 1):
        row["id"] = number
        row["sentiment"] = row["details"]["sentiment"]
    own = vectors[[row.pop("message") for row in turns]]
    own = own + rng.normal(0, NOISE, own.shape)
    own = (own / np.linalg.norm(own, axis=1, keepdims=True)).astype(np.float16)
    rows: dict[str, list[dict[str, Any]]] = {
        "conversations": [logged.conversation for logged in batch],
        "turns": turns,
        "turn_vectors": [{"turn": t["id"], "vector": v.tobytes()} for t, v in zip(turns, own, strict=True)],
        "feedback": [row for logged in batch for row in logged.feedback],
        "remarks": [row for logged in batch for row in logged.remarks],
    }
    for name, values in rows.items():
        if values:
            db.execute(insert(_table(name)), values)
    return len(turns)


def _settle(engine: Engine) -> None:
    """Let the database gather its statistics, and go on counting after the ids that were given."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        if engine.dialect.name == "postgresql":
            db.execute(text("SELECT setval('turns_id_seq', (SELECT max(id) FROM turns))"))
            db.execute(text("VACUUM ANALYZE"))
        else:
            db.execute(text("ANALYZE"))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _folder(url: str, otherwise: Path) -> Path:
    return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else otherwise


if __name__ == "__main__":
    main()
