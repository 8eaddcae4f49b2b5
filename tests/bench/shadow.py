"""What a release in the shadow costs customers: the same messages with and without one, by turns.

python -m tests.bench.shadow --home /tmp/bench    # a copy of a home with a finished release

Customers write as fast as they are answered, or with a pause between their messages. Blocks with and without
the shadow follow each other, so that whatever else the machine does falls on both.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

from bot.doors import LiveBot, new_session
from data.release.releases import Releases
from data.release.shadow_turns import ShadowTurns
from data.settings import Settings
from tests.bench.swaps import copied
from tests.bench.turns import messages

BLOCK = 30  # messages of a customer in a block
PAUSES = (0.0, 0.2, 1.0)  # seconds between two messages of a customer
Waits = list[float]


def said(live: LiveBot, texts: Iterator[str], pause: float) -> Waits:
    """Return how long a customer waited for each answer of a block, in ms."""
    session, waits = new_session(), []
    for _ in range(BLOCK):
        text = next(texts)
        began = time.perf_counter()
        live().reply(session, text)
        waits.append(1000 * (time.perf_counter() - began))
        time.sleep(pause)
    return waits


def block(live: LiveBot, texts: Sequence[str], customers: int, pause: float) -> Waits:
    with ThreadPoolExecutor(customers) as crowd:
        told = [cycle(texts[n * BLOCK :]) for n in range(customers)]
        return [w for waits in crowd.map(lambda t: said(live, t, pause), told) for w in waits]


def compared(live: LiveBot, home: Path, texts: Sequence[str], pause: float, args: argparse.Namespace) -> None:
    """Print what customers waited with and without the shadow, and what it heard."""
    releases, rows = Releases(home, "shop"), ShadowTurns(live().conversations.engine)
    waits: dict[bool, Waits] = {False: [], True: []}
    heard = dropped = 0
    for number in range(2 * args.rounds):
        if tried := bool(number % 2):
            trial = releases.try_out(args.release, "shadow")
            live.refresh()
        waits[tried] += block(live, texts[number * BLOCK :] + texts, args.customers, pause)
        if tried:
            releases.end_trial()
            live.refresh()
            time.sleep(1)
            found = rows.figures(trial.id)
            heard, dropped = heard + found.heard, dropped + found.dropped
    median, slow = ({t: _at(sorted(w), q) for t, w in waits.items()} for q in (0.5, 0.95))
    print(
        f"pause {pause:.1f} s: median {median[False]:.1f} → {median[True]:.1f} ms "
        f"(× {median[True] / median[False]:.2f}), p95 {slow[False]:.1f} → {slow[True]:.1f} ms "
        f"(× {slow[True] / slow[False]:.2f}); of {len(waits[True])} messages {heard} heard, "
        f"at least {dropped} dropped",
        flush=True,
    )


def _at(ordered: Waits, share: float) -> float:
    return ordered[int(share * len(ordered))] if share != 0.5 else statistics.median(ordered)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--customers", type=int, default=2)
    args = parser.parse_args()
    live_id, args.release = copied(args.home)
    Releases(args.home, "shop").make_live(live_id)
    Releases(args.home, "shop").end_trial()  # of a run that was ended
    live = LiveBot(Settings(home=args.home), every=3600)
    texts = messages(Settings().desk / "tests")
    print(json.dumps({"customers": args.customers, "block": BLOCK, "rounds": args.rounds}))
    block(live, texts, args.customers, 0.0)  # warm
    for pause in PAUSES:
        compared(live, args.home, texts, pause, args)
    live.close()
    live().conversations.engine.dispose()


if __name__ == "__main__":
    main()
