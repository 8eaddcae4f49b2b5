"""What the numbers of a company's orders look like is learned from its dialogues."""

import pytest

from bot.reference_numbers import ReferenceNumbers
from training.history.number_formats import number_formats, order_slot


@pytest.mark.parametrize(
    ("said", "formats"),
    [
        (["my order BR-{} is late", "订单号 br-{}", "order number: BR-{}", "booking BR-{}?"], ("BR-#####",)),
        (["order BR-{}", "order BR{}", "订单号 {}", "order br_{}", "order BR-{}"], ("BR-#####",)),
        (["order #{}", "order no. {}", "单号{}"], ("#####",)),
        (["reservation 7{}-00{}", "预订 7{}-00{}"], ("######-#######",)),
        (["I called 41{} times", "tracking 99{}", "the code is {}"], ()),
        (["order of 2026-03-14", "I ordered {}", "order 2026", "my order is 3 weeks late"], ()),
    ],
)
def test_the_format_after_the_word(said: list[str], formats: tuple[str, ...]) -> None:
    texts = [said[n % len(said)].replace("{}", str(40213 + 7 * n)) for n in range(24)]
    assert number_formats(texts) == formats


def test_several_formats_and_no_slip() -> None:
    texts = [f"order WEB-{n}" for n in range(10000, 10060)] + [f"order ST{n}" for n in range(204000, 204020)]
    assert number_formats([*texts, "order WEB-1001"]) == ("WEB-#####", "ST######")
    assert number_formats(["order BR-40213"] * 4) == ()


def test_the_slot_asks_with_an_example() -> None:
    slot = order_slot(("BR-#####", "######"), ["en", "zh"])
    assert slot.example == "BR-20488"
    assert all("BR-20488" in text for text in slot.ask.values())
    found = ReferenceNumbers({"order_number": slot}).find("my order br40213")
    assert [(e.type, e.value) for e in found] == [("order_number", "BR-40213")]
