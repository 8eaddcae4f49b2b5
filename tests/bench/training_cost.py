"""How training's cost grows with the examples: `python -m tests.bench.training_cost --sizes 5000,50000`.

The examples are messages of the bundled shop, each with a few words of another one mixed in, so that none
is like another: time and memory are measured, not what is learned. Each size runs in a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from data.desk import load_desk
from data.settings import BUNDLED_DESK
from training.examples import History, history_of
from training.fit_recognizer import fit_recognizer

MIXED = 3  # words, or characters of Chinese, of another message


def history_of_size(size: int) -> History:
    history = history_of(load_desk(BUNDLED_DESK))
    random = np.random.default_rng(0)
    messages = []
    for number in range(size):
        message = history.messages[number % len(history.messages)]
        other = history.messages[int(random.integers(len(history.messages)))].text
        words = other.split() if message.language == "en" else list(other)
        start = int(random.integers(max(1, len(words) - MIXED)))
        joint = " " if message.language == "en" else ""
        mixed = joint.join((message.text, *words[start : start + MIXED]))
        messages.append(replace(message, text=mixed, dialogue=f"{message.dialogue}-{number}"))
    return replace(history, messages=messages)


def measure(size: int) -> dict[str, float]:
    history = history_of_size(size)
    with TemporaryDirectory() as folder:
        began, busy = time.monotonic(), time.process_time()
        fit_recognizer(history, Path(folder) / "encoder", tune=False)
        seconds, busy = time.monotonic() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"examples": size, "seconds": round(seconds, 1), "busy": round(busy, 1), "peak_mb": round(peak)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="5000,50000,500000")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one)))
        return
    for size in args.sizes.split(","):
        command = [sys.executable, "-m", "tests.bench.training_cost", "--one", size]
        found = json.loads(subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout)
        each, busy = (1000 * found[name] / found["examples"] for name in ("seconds", "busy"))
        print(
            f"{found['examples']:>8,} examples {found['seconds']:>8.1f} s {each:>6.1f} ms each "
            f"({busy:.1f} of the processor) {found['peak_mb']:>6,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
