"""The exam: what two releases make of the same messages, none of which either has learned from."""

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.pipeline import Bot
from data.desk import Desk
from data.night.taught import Lesson
from training.evaluate import check_conversations
from training.nightly.stages import Report

GOLDEN, REVIEWED, MISSPELT, SEVERAL = "golden", "reviewed", "misspelt", "several"
REPORT_EVERY = 50


@dataclass(frozen=True)
class Case:
    """A message and what it wants; nothing wanted means out of scope."""

    id: str
    kind: str
    language: str
    text: str
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """What a release makes of a case; `confidence` is that of the likeliest intent."""

    top: str | None
    acted: str | None
    confidence: float
    route: str
    right: bool
    ms: float

    @property
    def refused(self) -> bool:
        return self.route == "refuse"


@dataclass(frozen=True)
class Scripted:
    """A conversation of the tests: whether all its turns took their route, and the first that did not."""

    id: str
    language: str
    right: bool
    what: str


@dataclass(frozen=True)
class Exam:
    """The cases, and what the live release and the candidate make of each."""

    cases: tuple[Case, ...]
    live: tuple[Judged, ...]
    candidate: tuple[Judged, ...]
    scripted_live: tuple[Scripted, ...]
    scripted_candidate: tuple[Scripted, ...]

    def rows(self, language: str = "", *kinds: str) -> list[tuple[Case, Judged, Judged]]:
        """Return the cases of a language and of some kinds, with both judgements; empty means all."""
        return [
            (case, live, candidate)
            for case, live, candidate in zip(self.cases, self.live, self.candidate, strict=True)
            if language in ("", case.language) and (not kinds or case.kind in kinds)
        ]


def exam_of(kept: dict[str, Any]) -> Exam:
    """Return an exam from JSON."""
    return Exam(
        tuple(Case(**{**case, "wanted": tuple(case["wanted"])}) for case in kept["cases"]),
        tuple(Judged(**one) for one in kept["live"]),
        tuple(Judged(**one) for one in kept["candidate"]),
        tuple(Scripted(**one) for one in kept["scripted_live"]),
        tuple(Scripted(**one) for one in kept["scripted_candidate"]),
    )


def cases_of(desk: Desk, reviewed: Iterable[Lesson]) -> list[Case]:
    """Return the desk's test messages, and the reviewed ones that are never learned from."""
    found: list[Case] = []
    for language in desk.languages:
        for kind in (GOLDEN, MISSPELT, SEVERAL):
            for number, row in enumerate(_rows(desk.folder / "tests" / f"{kind}_{language}.jsonl")):
                wanted = row["intents"] if "intents" in row else [row["intent"]] if row["intent"] else []
                found.append(Case(f"{kind}-{language}-{number}", kind, language, row["text"], tuple(wanted)))
    found += [
        Case(f"{REVIEWED}-{e.turn}", REVIEWED, e.language, e.text, e.labels) for e in reviewed if e.text
    ]
    return found


def examine(
    live: Bot, candidate: Bot, cases: Sequence[Case], desk: Desk, report: Report = lambda share, what: None
) -> Exam:
    """Ask both releases everything; `live` and `candidate` keep conversations in databases of their own.

    The two are asked at the same time, so that neither has a quieter machine.
    """
    with ThreadPoolExecutor(2) as pool:
        watched = pool.submit(_judge_all, candidate, cases, desk, report)
        quiet = pool.submit(_judge_all, live, cases, desk, lambda share, what: None)
        (after, scripted_after), (before, scripted_before) = watched.result(), quiet.result()
    return Exam(tuple(cases), before, after, scripted_before, scripted_after)


def _judge_all(
    bot: Bot, cases: Sequence[Case], desk: Desk, report: Report
) -> tuple[tuple[Judged, ...], tuple[Scripted, ...]]:
    judged = []
    for number, case in enumerate(cases):
        if number % REPORT_EVERY == 0:
            report(number / (len(cases) + 1), f"{number} of {len(cases)} messages")
        judged.append(judge(bot, case))
    report(1.0, "scripted conversations")
    return tuple(judged), tuple(scripted(bot, desk))


def judge(bot: Bot, case: Case) -> Judged:
    turn = bot.try_out(case.text).as_reply()
    top = turn["intents"][0]["id"] if turn["intents"] else None
    confidence = turn["intents"][0]["confidence"] if turn["intents"] else 0.0
    found = {request["id"] for request in turn["requests"]}
    if not case.wanted:
        right = turn["route"] == "refuse"
    elif case.kind == SEVERAL:
        right = found >= set(case.wanted)
    else:
        right = top in case.wanted
    return Judged(top, turn["intent"], confidence, turn["route"], right, turn["ms"])


def scripted(bot: Bot, desk: Desk) -> Iterator[Scripted]:
    """Yield how the conversations of the desk's tests go."""
    for language in desk.languages:
        file = desk.folder / "tests" / f"conversations_{language}.jsonl"
        ids = [row["id"] for row in _rows(file)]
        wrong: dict[str, str] = {}
        for check in check_conversations(bot, file) if ids else ():
            if not check.right:
                wrong.setdefault(check.what.split(".")[0], check.what)
        yield from (Scripted(i, language, i not in wrong, wrong.get(i, "")) for i in ids)


def _rows(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines if line.strip()]
