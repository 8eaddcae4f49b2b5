"""Which language and script the customer writes; a short text keeps the conversation's."""

import pytest

from bot.language import LanguageStep
from bot.turn import Memory, Turn

STEP = LanguageStep(("en", "zh"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my order", "en"),
        ("hi", "en"),
        ("pls help w my parcel its been 2 wks", "en"),
        ("wo is mein Paket", "en"),  # none of the desk's languages: the nearest
        ("¿dónde está mi pedido?", "en"),
        ("我的快递到哪了", "zh"),
        ("你好", "zh"),
        ("好", "zh"),
        ("我的訂單什麼時候到", "zh"),
        ("我的 order 到哪了", "zh"),
        ("我想return这个jacket", "zh"),
        ("可以用 PayPal 付款吗，还是只能微信？", "zh"),
        ("請問 Ridge 2 tent 有貨嗎", "zh"),
        ("你们的 free shipping 是多少起", "zh"),
        ("my order 到哪了", "zh"),
        ("where is my order 谢谢", "en"),
        ("Do you know what 包邮 means on your page?", "en"),
        ("Can you please tell me how the 花呗 payment works with your shop", "en"),
        ("HB-2048817 到哪了", "zh"),
        ("where's HB-2048817", "en"),
        ("mail jo@example.org 收不到", "zh"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert STEP.language_of(text) == language


@pytest.mark.parametrize("before", ["en", "zh"])
@pytest.mark.parametrize(
    "text",
    ["HB-2048817", "2048817", "ok", "OK!", "👍", "???", "jo@example.org", "PayPal", "https://example.org/a",
     "12:30",
     "Visa", "...", "HB 2048817 ok"],
)  # fmt: skip
def test_what_says_no_language_keeps_that_of_the_conversation(text: str, before: str) -> None:
    assert STEP.language_of(text, before) == before


@pytest.mark.parametrize("text", ["HB-2048817", "👍", "ok"])
def test_what_says_no_language_first_is_in_the_first_of_the_desk(text: str) -> None:
    assert STEP.language_of(text) == "en"
    assert LanguageStep(("zh", "en")).language_of(text) == "zh"


@pytest.mark.parametrize(
    ("before", "text", "after"), [("en", "谢谢", "zh"), ("zh", "where is my order", "en")]
)
def test_a_customer_may_change_the_language(before: str, text: str, after: str) -> None:
    assert STEP.language_of(text, before) == after


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("我的訂單到哪了", "Hant"),
        ("我的订单到哪了", "Hans"),
        ("發票", "Hant"),
        ("发票", "Hans"),
        ("你好", "Hans"),  # the same in both
        ("我的 order 什麼時候到", "Hant"),
    ],
)
def test_scripts(text: str, script: str) -> None:
    assert STEP.script_of(text, "zh") == script


@pytest.mark.parametrize("before", ["Hans", "Hant"])
def test_what_is_the_same_in_both_scripts_keeps_that_of_the_conversation(before: str) -> None:
    assert STEP.script_of("你好", "zh", before) == before


def test_english_has_one_script() -> None:
    assert STEP.script_of("order", "en", "Hant") == "Latn"


def test_after_english_chinese_is_simplified_until_told_otherwise() -> None:
    assert STEP.script_of("你好", "zh", "Latn") == "Hans"


@pytest.mark.parametrize(
    "text", ["wo is my paket", "ok 好 thanks a lot", "bonjour, mon colis", "订单 order 订单 please track"]
)
def test_the_same_text_is_always_in_the_same_language(text: str) -> None:
    steps = [LanguageStep(("en", "zh", "de", "fr")) for _ in range(5)]
    assert len({step.language_of(text) for step in steps for _ in range(10)}) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wann kommt meine Bestellung an", "de"),
        ("je voudrais retourner cette lampe", "fr"),
        ("when does my order arrive", "en"),
        ("什么时候到", "zh"),
    ],
)
def test_a_desk_with_more_latin_languages_tells_them_apart(text: str, language: str) -> None:
    assert LanguageStep(("en", "zh", "de", "fr")).language_of(text) == language


def test_a_desk_with_one_language_speaks_it() -> None:
    assert {LanguageStep(("en",)).language_of(t) for t in ("hello", "我的快递", "👍", "")} == {"en"}


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ufffd" * 50, "a" * 4000, "好" * 4000])
def test_any_text_has_a_language_and_a_script(text: str) -> None:
    turn = STEP(Turn("s", text))
    assert turn.language in ("en", "zh")
    assert turn.script in ("Latn", "Hans", "Hant")


def test_the_conversation_remembers_language_and_script() -> None:
    memory = Memory()
    STEP(Turn("s", "我的訂單到哪了", memory=memory))
    assert (memory.language, memory.script) == ("zh", "Hant")
    turn = STEP(Turn("s", "HB-2048817", memory=memory))
    assert (turn.language, turn.script) == ("zh", "Hant")
