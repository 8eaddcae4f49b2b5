"""What messages name: order numbers, amounts, products, and all of it together."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.entities import EntitiesStep, ProductNames, find_amounts
from bot.redaction import RedactionStep
from bot.turn import Entity, Turn
from data.desk import Desk

TODAY = date(2026, 3, 12)


@pytest.fixture(scope="module")
def step(desk: Desk) -> EntitiesStep:
    return EntitiesStep(desk, lambda: TODAY)


@pytest.fixture(scope="module")
def products(desk: Desk) -> ProductNames:
    return ProductNames(desk)


def named(step: EntitiesStep, text: str) -> list[tuple[str, str, str]]:
    return [(e.type, e.text, e.value) for e in step(RedactionStep({})(Turn("s", text))).entities]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$49.90", "USD 49.90"), ("49.9 dollars", "USD 49.90"), ("paid 900 bucks", "USD 900.00"),
        ("US$5", "USD 5.00"),
        ("3000 usd", "USD 3000.00"), ("$1,299.00", "USD 1299.00"), ("$2k", "USD 2000.00"),
        ("¥299", "CNY 299.00"),
        ("￥２９９", "CNY 299.00"), ("299块", "CNY 299.00"), ("299元", "CNY 299.00"),
        ("299 RMB", "CNY 299.00"),
        ("12,640元金额", "CNY 12640.00"), ("1.5万元", "CNY 15000.00"), ("两百块", "CNY 200.00"),
        ("兩百塊", "CNY 200.00"),
        ("三十五元", "CNY 35.00"), ("八块钱", "CNY 8.00"), ("便宜5块", "CNY 5.00"), ("12块运费", "CNY 12.00"),
        ("9块9", "CNY 9.90"), ("£20", "GBP 20.00"), ("fifteen quid", "GBP 15.00"), ("€15", "EUR 15.00"),
        ("HK$99", "HKD 99.00"), ("NT$1,200", "TWD 1200.00"), ("seventy-nine bucks", "USD 79.00"),
        ("20美金", "USD 20.00"),
    ],
)  # fmt: skip
def test_amounts(text: str, value: str) -> None:
    assert [e.value for e in find_amounts(text)] == [value]


@pytest.mark.parametrize(
    "text", ["两块浴巾", "一块儿走", "一块板子", "49.90", "单元", "多少元", "every dollar", "28升", "元旦"]
)
def test_no_amounts(text: str) -> None:
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("is the Ridge 2 tent in stock", "ridge-2-tent"), ("ridge four tents", "ridge-4-tent"),
        ("the cast iron pot", "cast-iron-pot"), ("CAST-IRON POT", "cast-iron-pot"),
        ("the lanten floor lamp flickers", "lantern-floor-lamp"), ("skery bookcase", "skerry-bookcase"),
        ("tidal hikign boots", "tidal-hiking-boots"), ("Drift 45 backpack", "drift-45-backpack"),
        ("三号细口壶漏水", "kettle-no-3"), ("罗弗敦羽绒服", "lofoten-down-jacket"),
        ("罗佛敦羽绒服", "lofoten-down-jacket"),
        ("礁石書架", "skerry-bookcase"), ("山脊双人帐篷", "ridge-2-tent"), ("山脊四人帐篷", "ridge-4-tent"),
        ("漂流 28 升背包", "drift-28-backpack"), ("４００流明头灯", "headlamp-400"),
    ],
)  # fmt: skip
def test_products(products: ProductNames, text: str, product: str) -> None:
    assert [e.value for e in products.find(text)] == [product]


@pytest.mark.parametrize(
    "text",
    ["tent", "my lamp", "ridge 5 tent", "山脊三人帐篷", "单人沙发", "the trail map", "漂流中号背包", "camp"],
)
def test_what_names_no_product(products: ProductNames, text: str) -> None:
    assert products.find(text) == []


def test_every_name_of_the_catalogue_is_found(products: ProductNames, desk: Desk) -> None:
    for product in desk.products:
        for name in (*product.name.values(), *(n for names in product.aliases.values() for n in names)):
            assert [e.value for e in products.find(f"x {name} y")] == [product.id], name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "hey any news on hb2048817? bought the Ridge 2 last monday for $229, ship to Toronto",
            [("order_number", "hb2048817", "HB-2048817"), ("product", "Ridge 2", "ridge-2-tent"),
             ("date", "last monday", "2026-03-09"), ("amount", "$229", "USD 229.00"),
             ("city", "Toronto", "Toronto")],
        ),
        (
            "亲 我上周三拍的三号细口壶 HB-2041187 手机13812345678 寄到杭州要12块运费吗",
            [("date", "上周三", "2026-03-04"), ("product", "三号细口壶", "kettle-no-3"),
             ("order_number", "HB-2041187", "HB-2041187"), ("phone", "[phone]", "[phone]"),
             ("city", "杭州", "Hangzhou"), ("amount", "12块", "CNY 12.00")],
        ),
    ],
)  # fmt: skip
def test_a_whole_message(step: EntitiesStep, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert named(step, text) == expected


def test_personal_entities_stay(step: EntitiesStep) -> None:
    kept = Entity("phone", "[phone]", "[phone]", 3, 10)
    turn = step(Turn("s", "", text="tel[phone]", entities=(kept,)))
    assert turn.entities == (kept,)


@settings(max_examples=150, deadline=None)
@given(text=st.text() | st.text("hb0123456789-# 块元$€.零一二百万月日号周单the in of k"))
def test_never_raises_offsets_fit_and_nothing_overlaps(step: EntitiesStep, text: str) -> None:
    turn = step(RedactionStep({})(Turn("s", text)))
    ends = [0, *(e.end for e in turn.entities)]
    assert all(turn.text[e.start : e.end] == e.text for e in turn.entities)
    assert all(e.start >= end for e, end in zip(turn.entities, ends, strict=False))


def test_typical_message_is_quick(step: EntitiesStep) -> None:
    texts = [
        "The Skerry bookcase is too wide for the alcove. What do I do with it? HB-2048817",
        "三号细口壶走到哪儿了 HB-2041187",
    ]
    for text in texts:
        named(step, text)
        start = time.process_time()
        for _ in range(20):
            named(step, text)
        assert (time.process_time() - start) / 20 < 0.002


@pytest.mark.parametrize(
    "text",
    ["1" * 4000, "1 " * 2000, "#" * 4000, "hb " * 1300, "order " * 660, "订单号" * 1300, "一" * 4000,
     "块" * 4000, "a" * 4000, "a " * 2000, "tent " * 800, "ridge 2 tnet " * 300, "$1 " * 1300, " " * 4000,
     "2048817 " * 500, "山脊" * 2000],
)  # fmt: skip
def test_worst_cases_are_quick(step: EntitiesStep, text: str) -> None:
    step(Turn("s", text, text="warm up"))
    start = time.process_time()
    step(Turn("s", text, text=text))
    assert time.process_time() - start < 0.5
