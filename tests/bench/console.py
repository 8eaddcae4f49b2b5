"""Time every page of the staff console on a full log, over HTTP, on the real app in a process of its own.

cp -r FOLDER /tmp/bench        # a home with a finished release, and beside it a copy of the log
python -m tests.bench.console --home /tmp/bench --url sqlite:////tmp/bench/frontdesk.sqlite3

`tests.bench.full_log` makes such a database. Use copies: verdicts are given, an answer is saved. Printed are
how long the database takes to be brought up to date, how long the review queue takes to be grouped and to
take in new messages, and of each page and search median, 95th percentile and the slowest answer.
"""

import argparse
import logging
import math
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
from sqlalchemy import Engine, func, select

from data.database import open_database
from data.errors import UserError
from data.tables import ReviewMark, TurnRow
from data.users import Users
from tests.app_process import PASSWORD, Running, app_running
from tests.bench.console_pages import ASKED, PAGES, Question, Visitor

NAME = "bench"
GROUPED = 600.0  # seconds to wait for the review queue at most
NEW = 40  # messages that customers send while the queue is watched
TARGET = 1000.0  # ms at the 95th percentile


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=PAGES)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    engine = opened(args.url, args.home)
    with app_running(args.home, args.home / "app.log", args.url) as app, app.staff(NAME) as entered:
        told = psutil.Process(app.process.pid)
        client = Visitor(entered)
        print(f"ready: {resident(told)}", flush=True)
        grouped(client, told, args.home / "app.log")
        times: list[float] = []
        print(f"\n| {'page':13} | {'what':34} | median ms | p95 ms | slowest ms | processor ms |")
        print("|---|---|---|---|---|---|")
        for page in [args.only] if args.only else PAGES:
            for question in PAGES[page](client):
                times += row(page, question, args.rounds, told)
        print(f"\nall {len(times):,} answers: {figures(times)}; {resident(told)}")
        fresh(app, client, engine)
        print(f"at the end: {resident(told)}")
    engine.dispose()


def opened(url: str, home: Path) -> Engine:
    """Bring the database up to date and add who signs in."""
    began, spent = time.perf_counter(), time.process_time()
    engine = open_database(url, home)
    wall, processor = time.perf_counter() - began, time.process_time() - spent
    print(f"database up to date after {wall:.1f} s, {processor:.1f} s of processor time", flush=True)
    with suppress(UserError):  # there from the last time
        Users(engine).add(NAME, "admin", PASSWORD, by=NAME)
    return engine


def grouped(client: Visitor, server: psutil.Process, log: Path) -> None:
    """Wait until everything that is worth reviewing is in a group, and print what that cost the server."""
    began, until = time.monotonic(), time.monotonic() + GROUPED
    left: dict[str, int] = {}
    while time.monotonic() < until:
        before, left = left, client.get("review/queue")["left"]
        if left == before and left["groups"] and not left["waiting"]:
            break
        time.sleep(1)
    said = [line for line in log.read_text().splitlines() if "to review" in line]
    spent = sum(server.cpu_times()[:2])
    print(
        f"review queue: {left}, {time.monotonic() - began:.1f} s after the server was ready, which has used "
        f"{spent:.1f} s of processor time for this, its start and the charts; {resident(server)}"
    )
    print("\n".join(said), flush=True)


def fresh(app: Running, client: Visitor, engine: Engine) -> None:
    """Print how long the queue takes to know new messages while customers write."""
    before, began = client.get("review/queue")["left"], time.monotonic()
    with httpx.Client(base_url=app.address, timeout=30) as customer:
        for at in range(NEW):
            text = f"{ASKED['en' if at % 2 else 'zh']}? {'purple monkey' if at % 4 < 2 else ''} {at}"
            customer.post("/api/v1/messages", json={"text": text}).raise_for_status()
    sent = time.monotonic()
    with engine.connect() as db:
        last = db.scalar(select(func.max(TurnRow.id)))
    while (read := _read(engine)) < (last or 0) and time.monotonic() < sent + GROUPED:
        time.sleep(0.2)
    after = client.get("review/queue")["left"]
    print(
        f"{NEW} new messages, sent in {sent - began:.1f} s, were read {time.monotonic() - sent:.1f} s after "
        f"the last (turn {read}): {before} → {after}"
    )


def _read(engine: Engine) -> int:
    with engine.connect() as db:
        return int(db.scalar(select(ReviewMark.value).where(ReviewMark.name == "turns")) or 0)


def row(page: str, question: Question, rounds: int, server: psutil.Process) -> list[float]:
    """Print and return the milliseconds that each round took; print what one cost the server, too.

    The latter includes what puts things back for the next round and what the server does beside.
    """
    before = sum(server.cpu_times()[:2])
    times = list(timed(question, rounds))
    spent = 1000 * (sum(server.cpu_times()[:2]) - before) / rounds
    slow = " **over a second**" if p95(times) >= TARGET else ""
    median = statistics.median(times)
    print(
        f"| {page:13} | {question.what:34} | {median:9.1f} | {p95(times):6.1f} | {max(times):10.1f} "
        f"| {spent:12.1f} |{slow}",
        flush=True,
    )
    return times


def timed(question: Question, rounds: int) -> Iterator[float]:
    for _ in range(rounds):
        began = time.perf_counter()
        question.ask()
        yield 1000 * (time.perf_counter() - began)
        question.after()


def p95(times: list[float]) -> float:
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def figures(times: list[float]) -> str:
    return f"median {statistics.median(times):.1f}, p95 {p95(times):.1f}, slowest {max(times):.1f} ms"


def resident(process: psutil.Process) -> str:
    """Return a process's memory now and at most, as Linux counts it."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return f"{process.memory_info().rss / 1e6:.0f} MB resident, {int(peak) * 1024 / 1e6:.0f} at most"


if __name__ == "__main__":
    main()
