"""What an encoder is not tuned on: whole dialogues, few of many, none where a sample says enough."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from training.examples import History, LabelledMessage
from training.held_back import ENOUGH, WANTED, held_back, not_learned


def said(language: str, inside: bool, count: int, of: str = "d") -> list[LabelledMessage]:
    """Return messages of which each is a dialogue of its own."""
    labels = ("pay",) if inside else ()
    return [
        LabelledMessage(f"{n}", language, labels, 0.0, f"{of}-{language}-{inside}-{n}") for n in range(count)
    ]


def counted(history: History) -> Counter[tuple[str, bool]]:
    """Return how many messages of each language, in scope or not, are held back."""
    pairs = zip(history.messages, held_back(history), strict=True)
    return Counter((m.language, bool(m.labels)) for m, back in pairs if back)


def test_one_in_ten_dialogues_in_scope_and_a_third_of_those_out_of_scope() -> None:
    held = counted(History(("pay",), [*said("en", True, 3000), *said("en", False, 200)]))
    assert held["en", True] == pytest.approx(300, abs=50)
    assert held["en", False] == pytest.approx(67, abs=20)


def test_of_many_as_many_as_thresholds_want_in_each_language() -> None:
    messages = [m for language in ("en", "zh") for m in said(language, True, 20_000)]
    held = counted(History(("pay",), [*messages, *said("en", False, 2000)]))
    assert held["en", True] == pytest.approx(WANTED[True], rel=0.15)
    assert held["zh", True] == pytest.approx(WANTED[True], rel=0.15)
    assert held["en", False] == pytest.approx(WANTED[False], rel=0.3)


def test_none_of_a_kind_of_which_the_sample_has_enough() -> None:
    messages = [m for language in ("en", "zh") for m in said(language, True, 3000)]
    messages += said("en", False, 300)
    sample = said("en", True, ENOUGH[True], "s")
    held = counted(History(("pay",), messages, sample=sample))
    assert set(held) == {("zh", True), ("en", False)}
    assert counted(History(("pay",), messages, sample=sample[1:]))["en", True] > 200
    outside = said("en", False, ENOUGH[False], "s")
    assert set(counted(History(("pay",), messages, sample=[*sample, *outside]))) == {("zh", True)}


def test_dialogues_are_held_back_whole() -> None:
    inside, outside = said("en", True, 900), said("en", False, 300)
    together = [replace(m, dialogue=f"both-{n % 300}") for n, m in enumerate([*inside, *outside])]
    back = held_back(History(("pay",), together)).reshape(4, 300)
    assert (back == back[0]).all()
    assert back[0].mean() == pytest.approx(1 / 3, abs=0.1)


def test_the_same_are_held_back_whatever_their_order() -> None:
    messages = [*said("en", True, 500), *said("zh", False, 100)]
    there, back = (held_back(History(("pay",), order)) for order in (messages, messages[::-1]))
    np.testing.assert_array_equal(there, back[::-1])


def test_nothing_is_held_back_of_nothing() -> None:
    assert held_back(History((), [])).tolist() == []


def test_gate_and_thresholds_get_what_is_held_back_and_the_sample() -> None:
    history = History(("pay",), said("en", True, 1000), sample=said("en", False, 7, "s"))
    found = not_learned(history)
    assert found[-7:] == history.sample
    assert found[:-7] == [m for m, back in zip(history.messages, held_back(history), strict=True) if back]
