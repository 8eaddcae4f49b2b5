"""Import a large made-up table, and measure time and memory.

python -m tests.bench.history_import --rows 1000000

The table is a CSV of a help desk whose conversations are mixed up: of each, the next message comes some rows
later. Texts are the bundled desk's, in both languages, with personal data in one of twenty.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SHOP = Path(__file__).parents[2] / "data" / "shop" / "dialogues"
OPEN = 200  # conversations that go on at the same time
PERSONAL = ("my mail is lena.fischer@example.com", "手机13800138000", "call me on +1 415 555 0142")
HEAD = ("ticket_id", "sender_type", "created_at", "message", "csat")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="for table and result, which are kept (a temporary one)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        table = folder / f"table-{args.rows}.csv"
        if not table.exists():
            with table.open("w", newline="", encoding="utf-8") as lines:
                csv.writer(lines).writerow(HEAD)
                csv.writer(lines).writerows(rows(args.rows, random.Random(args.seed)))
        print(
            json.dumps({"rows": args.rows, "bytes": table.stat().st_size, **measured(table, folder / "desk")})
        )


def rows(number: int, rng: random.Random) -> Iterator[tuple[str, ...]]:
    """Yield rows of conversations that go on side by side."""
    dialogues = [
        json.loads(line)["turns"]
        for file in sorted(SHOP.glob("*.jsonl"))
        for line in file.open(encoding="utf-8")
    ]
    running: list[tuple[str, Iterator[dict[str, str]]]] = []
    begun, now = 0, datetime(2025, 1, 1, tzinfo=UTC)
    while number:
        if len(running) < OPEN:
            running.append((f"T{begun:07}", iter(rng.choice(dialogues))))
            begun += 1
        at = rng.randrange(len(running))
        ticket, turns = running[at]
        turn = next(turns, None)
        if turn is None:
            running.pop(at)
            continue
        now += timedelta(seconds=rng.randrange(20))
        text = turn["text"]
        if rng.random() < 0.05:
            text = f"{text} {rng.choice(PERSONAL)}"
        who = "visitor" if turn["speaker"] == "customer" else "agent"
        yield ticket, who, f"{now:%Y-%m-%d %H:%M:%S}", text, rng.choice(("", "", "4", "5"))
        number -= 1


def measured(table: Path, into: Path) -> dict[str, object]:
    """Import a table in a process of its own; return seconds, rows a second and its largest memory."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "training.history", "import", str(table), "--into", str(into), "--yes"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    found = json.loads((into / "import.json").read_text("utf-8"))
    return {
        "exit": process.returncode,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "rows_a_second": round(found["read"] / seconds),
        "rows_a_cpu_second": round(found["read"] / (used.ru_utime + used.ru_stime)),
        "peak_mb": round(used.ru_maxrss / 1024),
        "dialogues": found["dialogues"],
        "rejected": found["rejected"],
        "masked": found["masked"],
    }


if __name__ == "__main__":
    main()
