"""What a topic is called on a button."""

import pytest

from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot
from training.history.mine.titles import title_of, without_numbers

NUMBERS = ReferenceNumbers({"order_number": Slot(example="HB-2048817", ask={})})


@pytest.mark.parametrize(
    ("texts", "language", "title"),
    [
        (["reschedule my install visit asap"] * 2, "en", "Reschedule my install visit"),
        (["hi, wifi dead, is it you or me asap"] * 2, "en", "Wifi dead, is it you or me"),
        (
            ["sorry to bother you, but how do i reset the router?? thanks"] * 2,
            "en",
            "How do I reset the router?",
        ),
        (["你好，网络突然断了什么时候恢复，急"] * 2, "zh", "网络突然断了什么时候恢复"),
        (["请问登录不了？谢谢"] * 2, "zh", "登录不了？"),
        (["what's this extra £37.00 charge", "an extra charge", "an extra charge"], "en", "An extra charge"),
        (["the box of [phone] is amber", "the box is amber", "my box is amber"], "en", "The box is amber"),
        (["my router is ambre", "my router is amber", "is my router amber"], "en", "My router is amber"),
        (["hb-2048817 is late", "it is late now", "late again"], "en", "It is late"),
        (["engineer for 3 May", "engineer for the 5th"], "en", "Engineer, visit"),
        (["netflix is slow every evening"] * 2, "en", "Netflix is slow every evening"),
        (
            ["my dog comes, is that fine", "can i bring my dog", "my dog comes, i bring him, fine"],
            "en",
            "Can I bring my dog",
        ),
        (["where is the garage, the sat nav is lost", "garage full", "a garage"], "en", "A garage"),
        (["garage full for 3 nights", "where's your garage, i circle"], "en", "Where's your garage"),
        (["refund still due after 9 days", "i got no receipt, never touched it"], "en", "I got no receipt"),
        (["i need a cot for HB-2048817"] * 2, "en", "I need a cot"),
        (["cancel it for me in advance"] * 2, "en", "Cancel it for me in advance"),
        (["can you reset it, thanks in advance"] * 2, "en", "Can you reset it"),
        (["我想取消预订 HB-2048817", "航班取消了，改一天"], "zh", "我想取消预订"),
        (["thanks"], "en", ""),
    ],
)
def test_a_title_is_a_typical_question_without_what_is_one_customers(
    texts: list[str], language: str, title: str
) -> None:
    apart = ["engineer", "visit"] if title == "Engineer, visit" else []
    said = [f"{text} visit" for text in texts] if apart else texts
    assert title_of(said, apart, language, NUMBERS) == title


def test_letters_of_numbers_and_postcodes_name_nothing() -> None:
    kept = without_numbers("LK-7554597 [phone] upgrade in CF5 3EQ, account LK 4450086").split()
    assert kept == ["upgrade", "in", ",", "account"]
