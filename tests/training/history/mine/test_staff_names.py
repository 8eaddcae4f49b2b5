"""Names of staff that dialogues tell."""

from datetime import date
from typing import Any

import pytest

from bot.reference_numbers import ReferenceNumbers
from training.history.mine.slots import template_text
from training.history.mine.staff_names import StaffNames
from training.history.mine.trimmed import trimmed

AGENTS = ("dev.p", "客服阿敏", "Priya S", "王小明", "Grace", "May", "Boxhaven Support", "agent-8ae433930d")


def dialogue(*said: tuple[str, str]) -> dict[str, Any]:
    return {"turns": [{"speaker": "agent", "agent": agent, "text": text} for agent, text in said]}


STAFF = StaffNames.of([dialogue(*((agent, "It is free.") for agent in AGENTS))])


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("This is dev.p. We keep no keys. Kind regards, dev.p", "We keep no keys."),
        ("Hi, dev.p here. We keep no keys.", "We keep no keys."),
        ("This is 客服阿敏. The gate opens at 6.", "The gate opens at 6."),
        ("Hello, this is Priya from billing. It is free.", "It is free."),
        ("您好，我是Priya，密码可以修改。", "密码可以修改。"),
        ("我是客服阿敏，很高兴为您服务。密码可以修改。", "密码可以修改。"),
        ("This is free.", "This is free."),
        ("This is May's price.", "This is May's price."),
        ("我是小明星。", "我是小明星。"),
    ],
)
def test_an_introduction_is_cut(reply: str, kept: str) -> None:
    assert trimmed(reply, STAFF) == kept


@pytest.mark.parametrize(
    ("reply", "marked"),
    [
        ("Write to Priya about it.", "Write to [[name: Priya]] about it."),
        ("请找阿敏处理，免费。", "请找[[name: 阿敏]]处理，免费。"),
        ("发票由小明负责。", "发票由[[name: 小明]]负责。"),
        ("Please ask for Grace at the desk.", "Please ask for [[name: Grace]] at the desk."),
        ("You have a grace period. Grace periods end in May.",) * 2,
        ("In May it is free. May I have your name?",) * 2,
        ("A note: May from reception knows it.", "A note: [[name: May]] from reception knows it."),
        ("小明星卡免费，王小明明白。",) * 2,
        ("Boxhaven is open. Support is free.",) * 2,
        ("Use the dev.port page and the dev mode.",) * 2,
    ],
)
def test_a_name_is_marked_where_a_name_stands(reply: str, marked: str) -> None:
    assert template_text(reply, [], "en", {}, [], ReferenceNumbers({}), date(2026, 3, 2), STAFF) == marked


def test_what_two_messages_sign_with_introduces() -> None:
    once = dialogue(("agent-1", "Free. Kind regards, 客服阿敏"), ("agent-1", "Free. Kind regards, Boxhaven"))
    twice = StaffNames.of([once, dialogue(("agent-2", "Free. Best wishes, 客服阿敏"))])
    assert twice.signed == {"客服阿敏"}
    assert trimmed("This is 客服阿敏. It is free.", twice) == "It is free."
    assert trimmed("This is Boxhaven. It is free.", twice) == "This is Boxhaven. It is free."
    assert not list(twice.find("客服阿敏会处理。"))
