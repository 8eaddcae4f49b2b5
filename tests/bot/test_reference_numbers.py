"""Numbers of orders and bookings, in the formats of any desk and in any spelling."""

import time

import pytest

from bot.redaction import mask
from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot

ASK = {"en": "Which?"}


def numbers(*formats: str, **more: object) -> ReferenceNumbers:
    return ReferenceNumbers({"order_number": Slot(example="", formats=formats, ask=ASK, **more)})  # type: ignore[arg-type]


SHOP = ReferenceNumbers({"order_number": Slot(example="HB-2048817", ask=ASK)})


def values(text: str, of: ReferenceNumbers = SHOP, asked: bool = False) -> list[str]:
    return [e.value for e in of.find(text, "order_number" if asked else None)]


@pytest.mark.parametrize(
    "text",
    [
        "HB-2048817", "hb2048817", "HB 2048 817", "h b - 204 8817", "#2048817", "order no is 2048817",
        "订单号2048817",
        "ＨＢ－２０４８８１７", "单号 HB２０４８８１７", "HB_2048817", "HB–2048817", "HB—2048817",
        "HB.2048817", "HB#2048817",
        "HB-20 488 17", "2048817", "2048817那单", "where is 2048817?", "order number: 204 8817",
        "訂單編號：２０４８８１７",
        "HB二零四八八一七", "HB，二〇四八八幺七", "2048817 前面是HB", "call me about 2048817", "hb2048817!!!",
    ],
)  # fmt: skip
def test_order_numbers_in_any_spelling(text: str) -> None:
    assert values(text) == ["HB-2048817"]
    assert mask(text) == (text, ())  # what redaction leaves is what is looked for here


@pytest.mark.parametrize(
    "text",
    ["204881", "20488170", "$2048817", "2048817元", "2048817 points", "my code is 2048817", "验证码2048817",
     "tracking 2048817", "2048817.50", "12,2048817", "A2048817", "1420045871236"],
)  # fmt: skip
def test_other_numbers_are_no_orders(text: str) -> None:
    assert values(text) == []


def test_two_orders_in_one_message() -> None:
    assert values("HB2057311 n HB2057318, 2 pcs") == ["HB-2057311", "HB-2057318"]


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        ("BR-#####", "my booking br 40213 please", "BR-40213"), ("BR-#####", "order 40213", "BR-40213"),
        ("@@####", "it's kx 0417!", "KX0417"), ("##-####-@", "12 3456k", "12-3456-K"),
        ("SO-2026-####", "so2026 0417", "SO-2026-0417"), ("SO-2026-####", "order 2026 0417", "SO-2026-0417"),
        ("###-#######-#######", "249-1234567-7654321 where", "249-1234567-7654321"),
        ("########", "单号 20488170", "20488170"), ("####", "#1001", "1001"),
        ("####", "order no. 1001", "1001"),
        ("A/######", "a/204881 和", "A/204881"), ("BR-######", "BR二零四八八一", "BR-204881"),
    ],
)  # fmt: skip
def test_formats_of_other_desks(shape: str, text: str, value: str) -> None:
    assert values(text, numbers(shape)) == [value]


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("BR-#####", "HB-20488"), ("BR-#####", "40213"), ("BR-#####", "in 2026 I paid 40213 yuan"),
        ("@@####", "0417"), ("####", "since 2024"), ("SO-2026-####", "SO-2025-0417"),
        ("##-####-@", "12-3456-kx"),
    ],
)  # fmt: skip
def test_what_is_of_no_format(shape: str, text: str) -> None:
    assert values(text, numbers(shape)) == []


def test_a_short_number_is_one_where_it_was_asked_for() -> None:
    assert values("1001", numbers("####")) == []
    assert values("1001, thanks", numbers("####"), asked=True) == ["1001"]
    assert values("my pin is 1001", numbers("####"), asked=True) == []


def test_each_format_of_a_desk_is_found() -> None:
    of = numbers("WEB-#####", "ST######")
    assert values("web 40213 and st204881, order 40214", of) == ["WEB-40213", "ST204881", "WEB-40214"]


def test_a_slot_is_called_what_the_desk_says() -> None:
    of = ReferenceNumbers(
        {"contract": Slot(example="40213", called={"en": ("contract",), "zh": ("合同号",)}, ask=ASK)}
    )
    assert [(e.type, e.value) for e in of.find("contract number is 40213")] == [("contract", "40213")]
    assert [(e.type, e.value) for e in of.find("合同号：40213")] == [("contract", "40213")]
    assert of.find("order 40213") == of.find("40213") == []


def test_what_could_be_a_phone_number_is_kept_where_it_is_known_to_be_an_order() -> None:
    of = numbers("##########")
    assert mask("4155550123", of.not_personal) == ("[phone]", mask("[phone]")[1])
    assert mask("order 4155550123", of.not_personal)[0] == "order 4155550123"
    asked = mask("4155550123", lambda flat: of.not_personal(flat, "order_number"))
    assert asked == ("4155550123", ())
    assert mask("BR 41555501234", numbers("BR###########").not_personal)[0] == "BR 41555501234"
    assert mask("call 4155550123, order 4155550124", of.not_personal)[0] == "call [phone], order 4155550124"


HOTEL = ReferenceNumbers(
    {
        "booking_number": Slot(
            example="RES-20488",
            formats=("RES-#####",),
            called={"en": ("booking",), "zh": ("预订号",)},
            ask=ASK,
        )
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "预订号四八二一三",
        "预订号是 四八二一三",
        "预定号48213",
        "預訂編號：４８２１３",
        "预订单号48213",
        "号码是四八二一三",
        "帮我取消，编号四八二一三",
        "RES四八二一三",
        "res 四 八 二 一 三",
        "RES – 48213",
        "RES—48213",
        "R E S 48213",
        "ＲＥＳ－４８２１３",
        "booking four eight two one three",
        "RES four eight two one three",
        "my number is 48213",
        "the reference is 48213",
        "ref. no. 48213",
        "confirmation number four eight two one three",
    ],
)
def test_a_number_that_is_named_is_found_in_any_spelling(text: str) -> None:
    assert [e.value for e in HOTEL.find(text)] == ["RES-48213"]


@pytest.mark.parametrize(
    "text",
    [
        "四八二一三",
        "four eight two one three",
        "48213",
        "三五天",
        "二十四小时",
        "一二楼",
        "预订三五天",
        "预订二零二六年一月",
        "手机号码是四八二一三",
        "手机号码48213",
        "phone number is 48213",
        "my card number is 48213",
        "房间号码48213",
        "room number 48213",
        "booking for one two or three nights",
        "the number 482135",
        "numbers 48213",
    ],
)
def test_what_is_not_named_a_number_is_none(text: str) -> None:
    assert HOTEL.find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "48213",
        "it's 48213 I think",
        "482 13",
        "4 8 2 1 3",
        "４８２１３",
        "四八二一三",
        "是四八二一三吧",
        "four eight two one three",
        "four eight two, one three please",
        "room 204, number 48213",
    ],
)
def test_a_number_that_was_asked_for_needs_no_name(text: str) -> None:
    assert [e.value for e in HOTEL.find(text, "booking_number")] == ["RES-48213"]


@pytest.mark.parametrize(
    "text",
    [
        "三五天",
        "二十四小时",
        "一二楼",
        "room 48213",
        "48213 euros",
        "my code is 48213",
        "12/12/2026",
        "3 nights",
    ],
)
def test_other_numbers_are_none_though_one_was_asked_for(text: str) -> None:
    assert HOTEL.find(text, "booking_number") == HOTEL.unfit(text, "booking_number") == []


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("RES 4821", "RES 4821"), ("please cancel res-482134", "res-482134"), ("取消RES4821", "RES4821"),
    ],
)  # fmt: skip
def test_letters_tell_a_number_that_does_not_fit(text: str, given: str) -> None:
    assert [(e.type, e.value) for e in HOTEL.unfit(text)] == [("unfit_booking_number", given)]


@pytest.mark.parametrize(
    ("text", "given"),
    [("4821", "4821"), ("I have REC-482", "REC-482"), ("482134 是这个", "482134"), ("四八二一", "四八二一")],
)
def test_a_number_that_was_asked_for_may_not_fit(text: str, given: str) -> None:
    assert HOTEL.unfit(text) == []
    assert [e.value for e in HOTEL.unfit(text, "booking_number")] == [given]


def test_a_number_that_fits_is_not_said_to_be_unfit() -> None:
    assert HOTEL.unfit("RES-48213", "booking_number") == []


STORAGE = ReferenceNumbers(
    {
        "contract_number": Slot(
            example="BX2048/8", formats=("BX####/#",), called={"en": ("contract",)}, ask=ASK
        )
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "BX4471/9", "bx 4471 / 9", "B X 4 4 7 1 / 9", "BX44719", "bx4471-9", "contract 4471/9",
        "BX四四七一斜杠九", "BX4471 slash 9", "BX 4471/9, thanks",
    ],
)  # fmt: skip
def test_a_mark_of_the_format_may_be_written_as_people_do(text: str) -> None:
    assert [e.value for e in STORAGE.find(text)] == ["BX4471/9"]


@pytest.mark.parametrize("text", ["4471/9", "4471 / 9", "it is 4471/9.", "4471 slash 9", "4471-9", "44719"])
def test_so_may_it_without_the_letters_where_it_was_asked_for(text: str) -> None:
    assert [e.value for e in STORAGE.find(text, "contract_number")] == ["BX4471/9"]


def test_a_word_for_a_mark_may_be_letters_of_the_format() -> None:
    of = ReferenceNumbers({"id": Slot(example="DOT-1234.5", formats=("DOT-####.#",), ask=ASK)})
    assert [e.value for e in of.find("dot 1234 dot 5")] == ["DOT-1234.5"]


@pytest.mark.parametrize("text", ["12/12/2026", "call me 4471/9", "room 4471/9", "12/5"])
def test_a_date_with_the_format_s_mark_is_no_number(text: str) -> None:
    assert STORAGE.find(text, "contract_number") == []


@pytest.mark.parametrize("text", ["48213", " 48213. ", "四八二一三", "four eight two one three"])
def test_a_text_may_be_a_number_and_no_more(text: str) -> None:
    assert HOTEL.alone(text) == "booking_number"


@pytest.mark.parametrize("text", ["4821", "48213 please", "482135", "3", "", "RES"])
def test_most_texts_are_more_than_a_number(text: str) -> None:
    assert HOTEL.alone(text) is None


HOSTILE = [
    "1",
    "HB",
    "HB-1 ",
    "RES",
    "RES-1",
    "r e s ",
    "RES-1234 ",
    "RES-12345 ",
    "order ",
    "the number ",
    "its number",
    "ref ",
    "number is ",
    "预订",
    "预订号",
    "号码",
    "编",
    "四",
    "四 ",
    "one ",
    "1-",
    "- ",
    ". ",
    "一1",
    "a1 ",
    "booking no ",
    "BX1/",
    "1/",
    "1 slash ",
    "1 / ",
]


@pytest.mark.parametrize("run", HOSTILE)
def test_long_runs_cost_no_time_with_words_and_letters(run: str) -> None:
    text = run * (5000 // len(run))
    began = time.thread_time()
    for of in (SHOP, HOTEL, STORAGE):
        of.find(text, "booking_number")
        of.unfit(text, "booking_number")
        of.not_personal(text)
        of.alone(text)
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize("run", ["1", "HB", "HB-1 ", "order ", "a1", "#", "零", "1 "])
def test_long_runs_cost_no_time(run: str) -> None:
    began = time.thread_time()
    for of in (SHOP, numbers("SO-2026-####", "##-####-@", "###-#######-#######")):
        of.find(run * (4000 // len(run)), "order_number")
        of.not_personal(run * (4000 // len(run)))
    assert time.thread_time() - began < 0.5
