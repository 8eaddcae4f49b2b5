"""Who speaks is known by what sources call them."""

import pytest

from training.history.speakers import propose_speakers, speaker_called, speaker_of


@pytest.mark.parametrize(
    ("name", "speaker"),
    [
        ("Customer", "customer"), ("visitor", "customer"), ("END-USER", "customer"),
        ("Customer 2", "customer"),
        ("客户", "customer"), ("买家：", "customer"), ("Agent Lena", "agent"), ("客服小美", "agent"),
        ("人工客服", "agent"), ("assistant", "bot"), ("机器人", "bot"), ("System", "ignore"),
        ("Lena", None), ("", None),
    ],
)  # fmt: skip
def test_words_for_speakers(name: str, speaker: str | None) -> None:
    assert speaker_called(name) == speaker


def test_people_called_by_name_are_the_side_that_is_missing() -> None:
    assert propose_speakers(["visitor", "Lena", "Tom"]) == {"visitor": "customer", "*": "agent"}
    assert propose_speakers(["客服", "张三"]) == {"客服": "agent", "*": "customer"}
    assert propose_speakers(["Lena", "Tom"]) == {}
    assert "*" not in propose_speakers(["visitor", "agent", "Tom"])


def test_a_column_of_flags_says_whether_a_message_came_in() -> None:
    assert propose_speakers(["True", "False"], "inbound") == {"True": "customer", "False": "agent"}
    assert propose_speakers(["True", "False"], "urgent") == {}


def test_a_name_is_looked_up_whatever_its_case() -> None:
    assert speaker_of(" Visitor", {"visitor": "customer"}) == "customer"
    assert speaker_of("Lena", {"visitor": "customer"}) is None
    assert speaker_of("Lena", {"visitor": "customer", "*": "agent"}) == "agent"
