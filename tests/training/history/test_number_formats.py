"""What the numbers of a company's customers look like is learned from its dialogues."""

import pytest

from bot.reference_numbers import ReferenceNumbers
from training.history.number_formats import number_slots


def formats_of(texts: list[str]) -> dict[str, tuple[str, ...]]:
    return {name: slot.formats for name, slot in number_slots(texts, ["en", "zh"]).items()}


@pytest.mark.parametrize(
    ("said", "slot", "formats"),
    [
        (["my order BR-{} is late", "订单号 br-{}", "order number: BR-{}"], "order_number", ("BR-#####",)),
        (["order BR-{}", "order BR{}", "订单号 {}", "order br_{}", "order BR-{}"],
         "order_number", ("BR-#####",)),
        (["order #{}", "order no. {}", "单号{}"], "order_number", ("#####",)),
        (["reservation 7{}-00{}", "预订 7{}-00{}"], "booking_number", ("######-#######",)),
        (["my account is LK-{}", "LK-{} my mobile is [phone]", "LK-{}"], "account_number", ("LK-#####",)),
        (["where is BR-{}", "br-{}?"], "order_number", ("BR-#####",)),
    ],
)  # fmt: skip
def test_the_format_after_the_word(said: list[str], slot: str, formats: tuple[str, ...]) -> None:
    texts = [said[n % len(said)].replace("{}", str(40213 + 7 * n)) for n in range(40)]
    assert formats_of(texts) == {slot: formats}


@pytest.mark.parametrize(
    "said",
    [
        ["I called 41{} times", "tracking 99{}", "the code is {}"],
        ["order of 2026-03-14", "I ordered {}", "order 2026", "my order is 3 weeks late"],
        ["my hub is a WX-4090", "does the WX-4090 work", "wx4090 is slow"],
        ["see larkline.example/status{}", "mail jo{}@example.org"],
    ],
)
def test_other_numbers_have_no_format(said: list[str]) -> None:
    assert formats_of([said[n % len(said)].replace("{}", str(40213 + 7 * n)) for n in range(40)]) == {}


def test_several_formats_and_no_slip() -> None:
    texts = [f"order WEB-{n}" for n in range(10000, 10060)] + [f"order ST{n}" for n in range(204000, 204020)]
    assert formats_of([*texts, "order WEB-1001"]) == {"order_number": ("WEB-#####", "ST######")}
    assert formats_of([f"order BR-4021{n}" for n in range(4)]) == {}


def test_the_slot_asks_with_an_example() -> None:
    slots = number_slots([f"account number LK-{n}" for n in range(40213, 40223)], ["en", "zh"])
    slot = slots["account_number"]
    assert slot.ask == {
        "en": "Could you send me the account number? It is in your confirmation and looks like LK-20488.",
        "zh": "麻烦您发一下账号，在确认信息里可以看到，形如 LK-20488。",
    }
    for text in ("my account is 40213", "账号 40213", "lk40213"):
        assert [(e.type, e.value) for e in ReferenceNumbers(slots).find(text)] == [
            ("account_number", "LK-40213")
        ]
