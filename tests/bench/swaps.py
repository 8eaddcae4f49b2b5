"""Swap the live release of the running app again and again while customers write: how long, how much memory.

python -m tests.bench.swaps --home /tmp/bench    # a copy of a home with a finished release

Printed are how long after the swap of the pointer the first answer of the new release came, how long
customers waited, and the memory of the process after each tenth swap.
"""

import argparse
import shutil
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import httpx
import psutil

from data.release.releases import Releases
from tests.app_process import Running, app_running

OTHER = "29990101-01"
FIRST, NEXT = "where is my order HB-2048817", ("when will it arrive?", "那什么时候能到呢", "thank you")
PAUSE = 0.25  # seconds between two messages of a customer
SPIN = 0.1  # seconds of processor time
REST = 2.0  # seconds after a swap until memory is looked at
PATIENCE = 60.0


@dataclass
class Customer:
    """One who names an order and goes on asking about it, whichever release answers."""

    address: str
    session: str
    over: Event
    answers: list[dict[str, object]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def live(self) -> None:
        with httpx.Client(base_url=self.address, timeout=PATIENCE) as client:
            while not self.over.wait(PAUSE):
                text = NEXT[len(self.answers) % len(NEXT)] if self.answers else FIRST
                began = time.perf_counter()
                answer = client.post("/api/v1/messages", json={"session": self.session, "text": text})
                self.waits.append(1000 * (time.perf_counter() - began))
                answer.raise_for_status()
                self.answers.append({**answer.json(), "said": text})


@dataclass(frozen=True)
class Swaps:
    """What came of some swaps: `took` in seconds, `resident` in MB after each, what else the machine did."""

    took: list[float]
    slowness: list[float]  # how many times its processor time a computation took
    resident: list[float]
    customers: list[Customer]

    @property
    def waits(self) -> list[float]:
        return sorted(wait for customer in self.customers for wait in customer.waits)


def copied(home: Path) -> tuple[str, str]:
    """Make another release of the same content that shares no file, and return the ids of both."""
    live = Releases(home, "shop").live()
    if not live.folder.with_name(OTHER).exists():
        shutil.copytree(live.folder, live.folder.with_name(OTHER))
    return live.id, OTHER


def swapped(running: Running, home: Path, swaps: int, customers: int = 3) -> Swaps:
    """Swap between two releases while customers write to the app."""
    ids, releases, over = copied(home), Releases(home, "shop"), Event()
    process = psutil.Process(running.process.pid)
    crowd = [Customer(running.address, f"swaps-{chr(97 + n)}", over) for n in range(customers)]
    took, slow, resident = [], [], []
    with ThreadPoolExecutor(customers) as people, httpx.Client(base_url=running.address) as client:
        living = [people.submit(customer.live) for customer in crowd]
        try:
            for number in range(swaps):
                wanted, began = ids[(number + 1) % 2], time.monotonic()
                releases.make_live(wanted)
                while client.get("/readyz").json()["release"] != wanted:
                    assert time.monotonic() - began < PATIENCE, f"swap {number + 1} was not taken up"
                    time.sleep(0.05)
                took.append(time.monotonic() - began)
                time.sleep(REST)
                slow.append(slowness())
                resident.append(process.memory_info().rss / 1e6)
        finally:
            over.set()
        for one in living:
            one.result()
    return Swaps(took, slow, resident, crowd)


def slowness() -> float:
    """Return how many times its processor time a computation takes now: 1 where nothing else runs."""
    began, spent = time.perf_counter(), time.thread_time()
    while time.thread_time() - spent < SPIN:
        pass
    return (time.perf_counter() - began) / SPIN


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--swaps", type=int, default=50)
    args = parser.parse_args()
    with app_running(args.home, args.home / "app.log") as running:
        found = swapped(running, args.home, args.swaps)
    waits = found.waits
    print(f"{len(found.took)} swaps, taken up after {statistics.median(found.took):.1f} s in the median")
    print(f"the slowest after {max(found.took):.1f} s")
    print(f"whatever ran took {statistics.median(found.slowness):.1f} times its processor time")
    print(f"{len(waits)} answers, median {statistics.median(waits):.0f} ms, the slowest {waits[-1]:.0f} ms")
    for number in (1, 5, *range(10, args.swaps + 1, 10)):
        print(f"resident after swap {number}: {found.resident[number - 1]:.0f} MB")


if __name__ == "__main__":
    main()
