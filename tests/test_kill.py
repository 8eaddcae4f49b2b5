"""Killing the process at any moment loses no turn whose reply was read."""

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data.database import open_database
from data.log.conversations import Conversations

TEXTS = ["where is my order", "HB-2048817", "我的快递到哪了", "can I pay by card?", "thank you", "怎么开发票"]


@pytest.mark.parametrize("seed", range(3))
def test_every_reply_that_was_read_is_in_the_database(seed: int, home: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'killed.sqlite3'}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.ask"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "FRONTDESK_HOME": str(home), "FRONTDESK_DATABASE_URL": database},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    read: list[dict[str, object]] = []
    wait = random.Random(seed).uniform(0.05, 0.6)
    try:
        for number in range(100_000):
            line = json.dumps({"session": f"s{number % 3}", "text": TEXTS[number % len(TEXTS)]})
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer.endswith(b"\n"):
                break
            read.append(json.loads(answer))
            if number == 0:  # it is up: the clock starts
                threading.Timer(wait, process.kill).start()
    except BrokenPipeError:
        pass
    assert process.wait(30) == -9
    process.stdout.close()
    with contextlib.suppress(BrokenPipeError):  # what was not taken any more
        process.stdin.close()
    assert read
    engine = open_database(database, tmp_path)
    conversations = Conversations(engine, "shop")
    kept = {(f"s{n}", row.number): row.reply for n in range(3) for row in conversations.turns(f"s{n}")}
    engine.dispose()
    assert [a for a in read if kept.get((str(a["session"]), int(str(a["turn"])))) != a["reply"]] == []
    assert len(kept) - len(read) in (0, 1)  # at most the one whose reply was on its way
