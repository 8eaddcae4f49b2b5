"""Measure the live release on the desk's tests: messages and conversations that nothing was trained on.

python -m training.evaluate            prints the figures per language
python -m training.evaluate --misses   lists what went wrong, too
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.classifier import Thresholds, softmax
from bot.pipeline import Bot
from data.database import open_database
from data.desk import load_desk
from data.errors import DeskError, FrontdeskError
from data.log.conversations import Conversations
from data.quiet_pipe import quiet_pipe
from data.release.releases import Releases
from data.settings import Settings
from training.calibrate import FEW_OUTSIDE, HeldOut, expected_calibration_error
from training.examples import MOODS, LabelledMessage


@dataclass(frozen=True)
class Check:
    """One expectation of the tests and whether it held."""

    figure: str
    right: bool
    what: str


def summary(held_out: HeldOut, thresholds: Mapping[str, Thresholds]) -> dict[str, Any]:
    """Return accuracy, calibration and both sides of the refusal per language, as shares.

    Beside them stands what the thresholds were fitted to, or that there was too little.
    """
    report: dict[str, dict[str, Any]] = {}
    for language in np.unique(held_out.languages):
        part, limits = held_out.of(str(language)), thresholds[str(language)]
        inside, right = part.inside, part.right
        confidence = softmax(part.margins / limits.temperature).max(1) * part.in_scope
        refused = part.in_scope < limits.ask_from
        answered = (part.in_scope >= limits.refuse_below) & (confidence >= limits.accept_at)
        wrong = np.average(~right[answered], weights=part.weights[answered]) if answered.any() else 0.0
        shares = {
            "accuracy": right[inside].mean(),
            "calibration_error": expected_calibration_error(confidence, right),
            "in_scope_answered": answered[inside].mean(),
            "in_scope_refused": refused[inside].mean(),
            "answers_wrong": wrong,
        }
        if (~inside).sum() >= FEW_OUTSIDE:
            shares["out_of_scope_refused"] = refused[~inside].mean()
            shares["out_of_scope_answered"] = answered[~inside].mean()
        if language in held_out.mood:
            shares |= asdict(held_out.mood[str(language)])
        rounded = {name: round(float(value), 4) for name, value in shares.items()}
        report[str(language)] = {"thresholds_fitted_to": limits.basis, **rounded}
    return report


def by_intent(held_out: HeldOut, messages: Sequence[LabelledMessage]) -> dict[str, dict[str, Any]]:
    """Return for each intent how many messages teach it, and per language how many held-out ones are right.

    `{"track_order": {"examples": 700, "en": [312, 320], "zh": [298, 305]}}`: 312 of 320 in English.
    """
    taught = Counter(label for message in messages for label in message.labels)
    report: dict[str, dict[str, Any]] = {i: {"examples": taught[i]} for i in held_out.labels[:-1]}
    for language, truth, right in zip(held_out.languages, held_out.truth, held_out.right, strict=True):
        for intent in truth & report.keys():
            counts = report[intent].setdefault(str(language), [0, 0])
            counts[0] += bool(right)
            counts[1] += 1
    return report


def intent_shares(intents: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return what share of each intent's held-out messages is right, per language, from `by_intent`."""
    return {
        intent: {language: of[0] / of[1] for language, of in found.items() if isinstance(of, list) and of[1]}
        for intent, found in intents.items()
    }


def check_messages(bot: Bot, file: Path) -> Iterator[Check]:
    """Yield what the golden messages show: top intent, refusals, answers that are wrong."""
    for number, case in enumerate(_rows(file)):
        turn = bot.reply(f"{file.stem}-{number}", case["text"]).as_reply()
        ranked = turn["intents"][0]["id"] if turn["intents"] else None
        wanted, refused = case["intent"], turn["route"] == "refuse"
        got = f"{turn['route']} {turn['intent']} ({turn['confidence']}), top {ranked}"
        what = f"{case['text']} | wanted {wanted}, {got}"
        if wanted is None:
            yield Check("out of scope: refused", refused, what)
            yield Check("out of scope: no intent acted on", turn["intent"] is None, what)
            continue
        yield Check("top intent", ranked == wanted, what)
        yield Check(f"top intent, {'indirect' if case['indirect'] else 'direct'}", ranked == wanted, what)
        yield Check("in scope: not refused", not refused, what)
        yield Check("in scope: acted on", turn["intent"] is not None, what)
        yield Check("in scope: one request found", len(turn["requests"]) <= 1, what)
        if turn["intent"] is not None:
            yield Check("acted on: right", wanted == turn["intent"], what)


def check_several(bot: Bot, file: Path) -> Iterator[Check]:
    """Yield whether messages with two requests have both found."""
    for number, case in enumerate(_rows(file)):
        turn = bot.reply(f"{file.stem}-{number}", case["text"]).as_reply()
        found = {r["id"] for r in turn["requests"]}
        what = f"{case['text']} | wanted {case['intents']}, found {sorted(found)}"
        yield Check("two requests: both found", found >= set(case["intents"]), what)
        yield Check("two requests: one found", bool(found & set(case["intents"])), what)


def check_misspelt(bot: Bot, file: Path) -> Iterator[Check]:
    """Yield whether messages typed in haste are understood; `intents` has each that would be right."""
    for number, case in enumerate(_rows(file)):
        turn = bot.reply(f"{file.stem}-{number}", case["text"]).as_reply()
        ranked = turn["intents"][0]["id"] if turn["intents"] else None
        refused = turn["route"] == "refuse"
        what = f"{case['text']} | wanted {case['intents']}, {turn['route']} {turn['intent']}, top {ranked}"
        if case["intents"]:
            yield Check("misspelt: top intent", ranked in case["intents"], what)
            yield Check("misspelt: in scope: not refused", not refused, what)
        else:
            yield Check("misspelt: out of scope: refused", refused, what)


def check_conversations(bot: Bot, file: Path) -> Iterator[Check]:
    """Yield whether the turns of scripted conversations take their routes, with the right intent."""
    for case in _rows(file):
        for number, wanted in enumerate(case["turns"], 1):
            turn = bot.reply(f"{file.stem}-{case['id']}", wanted["say"]).as_reply()
            routes = [wanted["route"]] if isinstance(wanted["route"], str) else wanted["route"]
            what = (
                f"{case['id']}.{number} {wanted['say']} | wanted {routes} {wanted.get('intent')}, "
                f"{turn['route']} ({turn['reason']}) {turn['intent']}"
            )
            route = turn["route"] in routes
            acted = wanted.get("intent") in (None, turn["intent"], *(r["id"] for r in turn["requests"]))
            yield Check("scripted turns: route", route, what)
            yield Check("scripted turns: route and intent", route and acted, what)
            if "lang" in wanted:
                yield Check("scripted turns: language", turn["language"] == wanted["lang"], what)


def check_moods(bot: Bot, file: Path) -> Iterator[Check]:
    """Yield whether messages of angry and unhappy customers are told from all others."""
    for number, case in enumerate(_rows(file)):
        negative = MOODS[case["mood"]] < 0
        sentiment = bot.reply(f"{file.stem}-{number}", case["text"]).as_reply()["sentiment"]
        what = f"{case['text']} | wanted {case['mood']}, {sentiment:+}"
        yield Check("mood: negative or not", (sentiment < 0) == negative, what)
        if negative:
            yield Check("mood: negative found", sentiment < 0, what)


CHECKS: dict[str, Callable[[Bot, Path], Iterator[Check]]] = {  # by the name of their file
    "golden": check_messages,
    "misspelt": check_misspelt,
    "several": check_several,
    "conversations": check_conversations,
    "mood": check_moods,
}
EXTRA = ("misspelt", "mood")  # that hardly any desk has; nothing is said where they are missing


def check_all(bot: Bot, tests: Path, language: str) -> list[Check]:
    """Return what the tests of a language show, of those that the desk has."""
    files = [(check, tests / f"{name}_{language}.jsonl") for name, check in CHECKS.items()]
    return [found for check, file in files if file.exists() for found in check(bot, file)]


def not_measured(tests: Path, languages: Sequence[str]) -> list[str]:
    """Return which of the usual tests a desk lacks; raises DeskError where it has none at all."""
    names = [f"{name}_{language}.jsonl" for language in languages for name in CHECKS]
    if not any((tests / name).exists() for name in names):
        raise DeskError(
            f"{tests.parent} has no tests to measure with: wanted is at least "
            f"tests/golden_{languages[0]}.jsonl, see docs/desk.md, Tests"
        )
    usual = [f"{name}_{language}.jsonl" for language in languages for name in CHECKS if name not in EXTRA]
    return [name for name in usual if not (tests / name).exists()]


def shares(checks: list[Check]) -> dict[str, float]:
    """Return for each figure the share of checks that held."""
    results: dict[str, list[bool]] = {}
    for check in checks:
        results.setdefault(check.figure, []).append(check.right)
    return {figure: round(sum(held) / len(held), 4) for figure, held in results.items()}


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    args = parser.parse_args()
    try:
        settings = Settings()
        desk = load_desk(settings.desk)
        missing = not_measured(settings.desk / "tests", desk.languages)
        release = Releases(settings.home, desk.id).live()
        with tempfile.TemporaryDirectory() as home:
            engine = open_database(f"sqlite:///{home}/tests.sqlite3", Path(home))
            bot = Bot.of(release, Conversations(engine, desk.id))
            with quiet_pipe():
                for language in desk.languages:
                    checks = check_all(bot, settings.desk / "tests", language)
                    print(
                        json.dumps({"language": language, "release": release.id, **shares(checks)}, indent=1)
                    )
                    if args.misses:
                        print("\n".join(f"  ✗ {c.figure}: {c.what}" for c in checks if not c.right))
            engine.dispose()
        if missing:
            print(
                f"frontdesk: not measured, for the desk lacks in tests/: {', '.join(missing)}",
                file=sys.stderr,
            )
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {error}")


if __name__ == "__main__":
    main()
