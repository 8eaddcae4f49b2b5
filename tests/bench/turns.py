"""Time `python -m bot.ask` on 1,000 messages of the desk's tests and print what a turn costs.

python -m tests.bench.turns
"""

import json
import statistics
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import psutil

from data.settings import Settings

TURNS = 1000


def messages(tests: Path) -> list[str]:
    files = sorted(tests.glob("golden_*.jsonl"))
    texts = [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]
    return list(islice(cycle(texts), TURNS))


def main() -> None:
    command = [sys.executable, "-m", "bot.ask"]
    times = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ask:
        assert ask.stdin is not None
        assert ask.stdout is not None
        for text in messages(Settings().desk / "tests"):
            started = time.perf_counter()
            ask.stdin.write(json.dumps({"text": text}) + "\n")
            ask.stdin.flush()
            answer = json.loads(ask.stdout.readline())
            times.append(1000 * (time.perf_counter() - started))
            if "error" in answer:
                sys.exit(f"{text!r}: {answer['error']}")
        resident = psutil.Process(ask.pid).memory_info().rss / 1e6
        ask.stdin.close()
    times = sorted(times[1:])  # the first waits for the start
    figures = {
        "turns": TURNS,
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(0.95 * len(times))], 1),
        "resident_mb": round(resident),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
