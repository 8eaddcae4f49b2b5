"""Time `python -m bot.ask` on 1,000 messages of the desk's tests and print what a turn costs.

python -m tests.bench.turns
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import psutil

from bot.doors import new_session, open_bot
from data.settings import Settings

TURNS = 1000


def messages(tests: Path) -> list[str]:
    files = sorted(tests.glob("golden_*.jsonl"))
    texts = [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]
    return list(islice(cycle(texts), TURNS))


def asked(texts: list[str]) -> dict[str, float]:
    """Return what a program sees that writes to `bot.ask` and reads its answers."""
    times, begun = [], time.perf_counter()
    command = [sys.executable, "-m", "bot.ask"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ask:
        assert ask.stdin is not None
        assert ask.stdout is not None
        for text in texts:
            started = time.perf_counter()
            ask.stdin.write(json.dumps({"text": text}) + "\n")
            ask.stdin.flush()
            answer = json.loads(ask.stdout.readline())
            times.append(1000 * (time.perf_counter() - started))
            if len(times) == 1:
                start = time.perf_counter() - begun
            if "error" in answer:
                sys.exit(f"{text!r}: {answer['error']}")
        resident = psutil.Process(ask.pid).memory_info().rss / 1e6
        ask.stdin.close()
    times = sorted(times[1:])  # the first waits for the start
    return {
        "start_s": round(start, 1),
        "median_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(0.99 * len(times))], 1),
        "resident_mb": round(resident),
    }


def processor_ms(texts: list[str]) -> Iterator[float]:
    """Yield the processor time of each turn in this process, all its threads together."""
    bot = open_bot(Settings())
    for text in texts:
        started = time.process_time()
        bot.reply(new_session(), text)
        yield 1000 * (time.process_time() - started)


def main() -> None:
    texts = messages(Settings().desk / "tests")
    spent = sorted(list(processor_ms(texts))[1:])
    figures = {
        "turns": TURNS,
        **asked(texts),
        "processor_median_ms": round(statistics.median(spent), 1),
        "processor_p99_ms": round(spent[int(0.99 * len(spent))], 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
