"""What of the knowledge is quoted to questions: `FRONTDESK_HOME=HOME python -m tests.bench.quoted`.

The questions, those of `questions/`, were written by somebody who had the articles, the catalogue and the
names of the intents, and nothing else. Each names the paragraphs that answer it, or none where nothing in the
knowledge does.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.doors import open_bot
from bot.pipeline import Bot
from bot.turn import QUOTED_AT
from data.settings import Settings

QUESTIONS = Path(__file__).parent / "questions"


def quoted(bot: Bot, kind: str) -> dict[str, Counter[str]]:
    """Return per language how many questions of a kind were answered, and what was quoted to them.

    Of the answerable ones: `right`, `wrong` or `nothing`; of the others: `made_do`, where something was
    quoted all the same, or `left`.
    """
    found: dict[str, Counter[str]] = {}
    for row in _questions(kind):
        near = [p for p in bot.try_out(row["text"]).passages if p.kind == "article" and p.score >= QUOTED_AT]
        if row["answered"]:
            said = "nothing" if not near else "right" if near[0].id in row["answered"] else "wrong"
        else:
            said = "made_do" if near else "left"
        found.setdefault(row["language"], Counter())[said] += 1
    return found


def _questions(kind: str) -> Iterator[dict[str, Any]]:
    for line in (QUESTIONS / f"{kind}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def main() -> None:
    bot = open_bot(Settings())
    for file in sorted(QUESTIONS.glob("*.jsonl")):
        for language, said in quoted(bot, file.stem).items():
            can, cannot = said["right"] + said["wrong"] + said["nothing"], said["made_do"] + said["left"]
            right = f"right paragraph {said['right']}, wrong one {said['wrong']} of {can}"
            print(f"{file.stem:>8} {language}: {right}; quoted to {said['made_do']} of {cannot} others")


if __name__ == "__main__":
    main()
