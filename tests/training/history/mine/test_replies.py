"""What agents answered to a question."""

from typing import Any

import pytest

from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot
from training.history.mine.questions import Question
from training.history.mine.replies import replies_to

NUMBERS = ReferenceNumbers({"order_number": Slot(example="HB-2048817", ask={})})
ASKED = "my line is dead"


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        (["agent: One moment.", "agent: Hi Ola, restart the router first."], "Restart the router first."),
        (
            ["agent: One moment.", "customer: ok", "agent: Restart the router first."],
            "Restart the router first.",
        ),
        (
            ["agent: Your number?", "customer: HB-2048817", "agent: It is back at noon."],
            "It is back at noon.",
        ),
        (["agent: One moment.", "customer: how do i cancel", "agent: Under My contract, any day."], None),
        (["agent: Thanks for waiting."], None),
    ],
)
def test_what_only_asks_to_wait_is_no_answer(said: list[str], reply: str | None) -> None:
    turns: list[dict[str, Any]] = [{"speaker": "customer", "text": ASKED}]
    turns += [dict(zip(("speaker", "text"), one.split(": ", 1), strict=True)) for one in said]
    found = replies_to([Question(0, 0, "en", ASKED)], [{"turns": turns}], NUMBERS)
    assert [r.text for r in found] == ([reply] if reply else [])
