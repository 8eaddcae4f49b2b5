"""A week on the small shop: each night the topics just taught are understood, and nothing else falls."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from bot.pipeline import Bot
from data.night.taught import lessons
from data.review.examples import to_learn
from tests.conftest import SHOP
from tests.training.nightly.conftest import TITLE, House
from training.examples import LabelledMessage
from training.nightly.night import run_night
from training.nightly.options import Limits, Options
from training.publish import publish

BRIEF = Options(budget=timedelta(minutes=9))  # too little for the learning curve
REFUSED = Limits().out_of_scope_refused - 2 * 0.026  # the operator's limit, less two standard errors
Asked = Sequence[tuple[str, str | None]]  # text, and the intent wanted


def golden(*topics: str | None) -> Asked:
    """Return the whole shop's test messages on some topics; None is out of scope."""
    rows = [
        json.loads(line)
        for language in ("en", "zh")
        for line in (SHOP / "tests" / f"golden_{language}.jsonl").read_text("utf-8").splitlines()
    ]
    return [(row["text"], row["intent"]) for row in rows if row["intent"] in topics]


def right(bot: Bot, asked: Asked) -> float:
    def understood(text: str, wanted: str | None) -> bool:
        turn = bot.try_out(text)
        return turn.decision.route == "refuse" if wanted is None else turn.understanding.best.id == wanted

    return float(np.mean([understood(text, wanted) for text, wanted in asked]))


def shuffled(messages: Sequence[LabelledMessage], topics: Sequence[str], most: int) -> list[LabelledMessage]:
    found = [m for m in messages if m.label in topics]
    order = np.random.default_rng(5).permutation(len(found))
    return [found[i] for i in order[:most]]


def swapped(messages: Sequence[LabelledMessage]) -> Iterator[tuple[str, str]]:
    """Yield each message with the label of the next one that has another."""
    labels = sorted({m.label for m in messages})
    for message in messages:
        yield message.text, labels[(labels.index(message.label) + 1) % len(labels)]


def test_a_week(
    house: House,
    shop_messages: list[LabelledMessage],
    assembly: dict[str, dict[str, list[str]]],
) -> None:
    settings = house.settings
    known, cards = golden("track_order", "return_item", "delivery_time"), golden("gift_card")
    outside = golden(None)  # a few more are taken for a topic once it is known: gift cards of others
    unseen = [(text, "assembly_service") for texts in assembly["unseen"].values() for text in texts]
    before = house.bot()
    first = house.releases.live().id
    assert run_night(settings, BRIEF).outcome == "idle"  # nobody has reviewed anything
    assert right(before, cards) < 0.4  # by the topic's name alone

    # a topic that the desk has, of which it had no example
    taught = shuffled(shop_messages, ["gift_card"], 60)
    house.day([(m.text, m.label) for m in taught])
    night = run_night(settings, BRIEF)
    assert (night.outcome, night.reasons) == ("live", ())
    second = house.bot()
    assert house.releases.live().id == night.release != first
    assert right(second, cards) > right(before, cards) + 0.4
    assert right(second, known) > right(before, known) - 0.02
    assert right(second, outside) > REFUSED
    assert dict(to_learn(house.engine)[0]) == {}

    # one that the desk does not have
    house.day(
        [(text, "new:assembly_service") for texts in assembly["taught"].values() for text in texts],
        kind="new_intent", title=TITLE,
    )  # fmt: skip
    night = run_night(settings, BRIEF)
    assert (night.outcome, night.reasons) == ("live", ())
    third = house.bot()
    assert third.desk.intents["assembly_service"].title == TITLE
    assert right(third, unseen) > 0.6
    assert right(third, known) > right(before, known) - 0.03
    assert right(third, outside) > REFUSED
    assert right(third, cards) > right(second, cards) - 0.1
    turn = third.try_out("你们上门安装吗")  # nobody has written an answer yet
    assert (turn.decision.route, turn.decision.reason) == ("handoff", "a_matter_for_people")
    assert "人工" in turn.reply

    # labels that somebody has swapped
    poison = shuffled(shop_messages, ["track_order", "return_item", "delivery_time"], 60)
    house.day(list(swapped(poison)), author="eve")
    night = run_night(settings, BRIEF)
    assert night.outcome == "kept"
    assert "kept out" in night.reasons[0]
    report = json.loads((night.folder / "report.json").read_text("utf-8"))
    assert report["learned"]["by_author"]["eve"]["kept_out"]
    assert not report["learned"]["by_author"]["rea"]["kept_out"]
    assert {suspect["author"] for suspect in report["suspects"]} == {"eve"}
    assert "eve" in (night.folder / "report.html").read_text("utf-8")
    assert house.releases.live().id == third.release
    assert {lesson.author for lesson in lessons(house.engine) if lesson.fresh} == {"eve"}

    # a release that somebody builds by hand knows what the nights were taught, and not what they kept out
    publish(settings, fresh=True)
    built = house.bot()
    assert built.release != third.release
    assert right(built, unseen) > 0.6
    assert right(built, known) > right(before, known) - 0.03
