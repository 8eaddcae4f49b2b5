"""How long a night takes: `python -m tests.bench.night --home COPY --reviews 500`.

Writes conversations and reviews into a copy of a home with a live release of the bundled shop, runs a night
there, and prints its stages. What is reviewed are the shop's test messages, so that the exam's figures say
nothing here.
"""

import argparse
import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, select

from bot.pipeline import Bot
from data.database import open_database
from data.log.conversations import Conversations
from data.release.releases import Releases
from data.settings import BUNDLED_DESK, Settings
from data.tables import TurnRow, Verdict
from training.nightly.night import run_night
from training.nightly.options import Options


def review(bot: Bot, engine: Engine, reviews: int) -> None:
    """Say test messages and give each its label."""
    rows = [
        json.loads(line)
        for language in ("en", "zh")
        for line in (BUNDLED_DESK / "tests" / f"golden_{language}.jsonl").read_text("utf-8").splitlines()
    ]
    for number in range(reviews):
        row = rows[number * 7 % len(rows)]
        session = f"bench-{number}"
        bot.reply(session, row["text"])
        with engine.begin() as db:
            turn = db.scalar(select(TurnRow.id).where(TurnRow.session == session))
            kind, intents = ("intent", row["intent"]) if row["intent"] else ("out_of_scope", "")
            said = {"turn": turn, "batch": session, "kind": kind, "intents": intents, "author": "bench"}
            db.execute(insert(Verdict), said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="a copy of a home: it is written to")
    parser.add_argument("--reviews", type=int, default=500)
    args = parser.parse_args()
    settings = Settings(home=args.home)
    engine = open_database(settings.url, settings.home)
    bot = Bot.of(Releases(settings.home, "shop").live(), Conversations(engine, "shop"))
    review(bot, engine, args.reviews)
    engine.dispose()
    result = run_night(settings, Options(budget=timedelta(hours=2), trust=("bench",)))
    report = json.loads((result.folder / "report.json").read_text("utf-8"))
    for stage in report["stages"]:
        print(f"{stage['name']:<22}{stage['seconds']:>8.1f} s{stage['peak_mb']:>9.0f} MB")
    total = sum(stage["seconds"] for stage in report["stages"])
    print(f"{result.outcome}: {args.reviews} reviews, {total:.0f} s", *result.reasons, sep="\n  ")


if __name__ == "__main__":
    main()
