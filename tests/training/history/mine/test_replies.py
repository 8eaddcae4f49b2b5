"""What agents answered to a question."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot
from training.history.mine.questions import Question
from training.history.mine.replies import Reply, best_pair, candidates, replies_to

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


def test_a_share_of_solved_dialogues_is_known_where_some_say_so() -> None:
    turns = [
        {"speaker": "customer", "text": ASKED},
        {"speaker": "agent", "text": "Restart the router first."},
    ]
    for said, share in (((None, None), None), ((None, "solved"), 1.0), (("unsolved", "solved"), 0.5)):
        dialogues = [{"turns": turns, **({"resolution": r} if r else {})} for r in said]
        replies = replies_to([Question(n, 0, "en", ASKED) for n in range(2)], dialogues, NUMBERS)
        (best,) = candidates(replies, lambda texts: np.ones((len(texts), 1), np.float32))
        assert best.evidence()["solved"] == share


def test_what_one_agent_did_comes_after_what_holds_for_everybody() -> None:
    deeds = ["I have cancelled your booking, and there is no fee at all."] * 4
    rules = ["You can cancel free of charge until the day before you arrive."]
    replies = [Reply("en", text, "a1", True, 5.0) for text in [*deeds, *rules]]
    axes = np.eye(2, dtype=np.float32)

    def encode(texts: Sequence[str]) -> np.ndarray[Any, Any]:
        return np.stack([axes[int(text.startswith("I have"))] for text in texts])

    found = candidates(replies, encode)
    assert [c.reply.text for c in found] == [rules[0], deeds[0]]
    assert best_pair(found, encode, ["en"])["en"].reply.text == rules[0]
    alone = candidates(replies[:4], encode)
    assert best_pair(alone, encode, ["en"])["en"].reply.text == deeds[0]
