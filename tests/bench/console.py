"""Time what the console asks of a full log, and print median and 95th percentile of each.

python -m tests.bench.console --url sqlite:////tmp/full/frontdesk.sqlite3 [--rounds 10] [--only log]

`tests.bench.full_log` makes such a database. Each page has one function here that yields what it asks;
SECTIONS names them.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, func, select

from data.database import open_database
from data.log_filter import LogFilter
from data.log_search import LogSearch
from data.tables import TurnRow
from data.transcript import releases_named, transcript

Question = tuple[str, Callable[[], Any]]


def log(engine: Engine) -> Iterator[Question]:
    """Yield what the page "Conversations" asks: each search and its count, going on, a transcript."""
    search = LogSearch(engine)
    with engine.connect() as db:
        last, session = db.execute(
            select(TurnRow.at, TurnRow.session).where(
                TurnRow.id == select(func.max(TurnRow.id)).scalar_subquery()
            )
        ).one()
    wanted = {
        "everything": LogFilter(),
        "退款": LogFilter("退款"),
        "订单": LogFilter("订单"),
        "refund": LogFilter("refund"),
        "order": LogFilter("order"),
        "退款多久到账": LogFilter("退款多久到账"),
        "mixed": LogFilter("HB 退款"),
        "nothing has it": LogFilter("zebra crossing"),
        "a rare reason": LogFilter(reason="injury"),
        "order, a rare reason": LogFilter("order", reason="injury"),
        "unhappy": LogFilter(mood="negative"),
        "refund, unhappy, thumb down": LogFilter("refund", mood="negative", thumb=False),
        "thumb down": LogFilter(thumb=False),
        "rated 1": LogFilter(csat=1),
        "order, rated 1": LogFilter("order", csat=1),
        "waiting": LogFilter(owner="waiting"),
        "with the bot, intent": LogFilter(owner="bot", intent="get_invoice"),
        "unsure": LogFilter(least=0.3, most=0.32, language="zh"),
        "a week long ago": LogFilter(since=last - timedelta(days=150), until=last - timedelta(days=143)),
        "a week long ago, 退款": LogFilter("退款", last - timedelta(days=150), last - timedelta(days=143)),
    }
    for name, one in wanted.items():
        yield f"find: {name}", partial(search.find, one)
        yield f"count: {name}", partial(search.count, one)
    far = search.find(LogFilter()).next
    yield "find: older", partial(search.find, LogFilter(), far and far // 2)
    yield "find: 退款, older", partial(search.find, LogFilter("退款"), far and far // 2)
    yield "transcript", partial(transcript, engine, session)
    yield "releases", partial(releases_named, engine)


SECTIONS: dict[str, Callable[[Engine], Iterator[Question]]] = {"log": log}


def timed(question: Callable[[], Any], rounds: int) -> list[float]:
    """Return the milliseconds that each round took."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        question()
        times.append(1000 * (time.perf_counter() - started))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", choices=SECTIONS)
    args = parser.parse_args()
    everything: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        engine = open_database(args.url, Path(home))
        for name in [args.only] if args.only else SECTIONS:
            for what, question in SECTIONS[name](engine):
                times = sorted(timed(question, args.rounds))
                everything += times
                median, p95 = statistics.median(times), _p95(times)
                print(f"{name:10} {what:32} median {median:7.1f} ms   p95 {p95:7.1f} ms", flush=True)
        engine.dispose()
    everything.sort()
    print(json.dumps({
        "questions": len(everything), "median_ms": round(statistics.median(everything), 1),
        "p95_ms": round(_p95(everything), 1), "most_ms": round(everything[-1], 1),
        "resident_mb": round(psutil.Process().memory_info().rss / 1e6),
    }))  # fmt: skip


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


if __name__ == "__main__":
    main()
