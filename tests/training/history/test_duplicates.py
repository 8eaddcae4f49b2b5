"""Duplicates and leaks are found, and only those."""

import numpy as np
from numpy.typing import NDArray

from training.history.duplicates import leaks, near_pairs, repetitions
from training.history.said import Said


def said(
    text: str, conversation: str = "d1", *labels: str, language: str = "en", place: str = "dialogues"
) -> Said:
    return Said(text, language, place, conversation, labels)


def at(*degrees: float) -> NDArray[np.float32]:
    """Return unit vectors in these directions, shape (n, 2)."""
    angles = np.radians(np.array(degrees))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_messages_that_stand_several_times_are_one_repetition() -> None:
    messages = [
        said("Hi there", "d1", "a"),
        said("hi  there", "d2", "a"),
        said("bye", "d2", "b"),
        said("HI THERE", "d2", "a"),
    ]
    (found,) = repetitions(messages)
    assert (found.text, found.times, found.dialogues, found.disputed) == ("Hi there", 3, 2, False)


def test_disputed_labels_come_first() -> None:
    messages = [
        said("hi", "d1", "a"),
        said("hi", "d2", "a"),
        said("hi", "d3", "a"),
        said("x", "d1", "a"),
        said("x", "d2", "b"),
    ]
    first, second = repetitions(messages)
    assert (first.text, first.disputed, first.labels) == ("x", True, (("a",), ("b",)))
    assert (second.text, second.disputed) == ("hi", False)


def test_the_same_words_in_another_language_are_no_repetition() -> None:
    assert repetitions([said("ok"), said("ok", language="zh")]) == []


def test_near_pairs_are_found_once_nearest_first() -> None:
    messages = [said("a"), said("b"), said("c"), said("d", language="zh")]
    found = near_pairs(messages, at(0, 5, 12, 0), near=0.98)
    assert [(p.one.text, p.other.text) for p in found] == [("a", "b"), ("b", "c")]
    assert found[0].cosine > found[1].cosine >= 0.98


def test_exact_copies_are_no_near_pairs() -> None:
    assert near_pairs([said("a"), said("A ")], at(0, 0), near=0.9) == []


def test_leaks_are_the_same_or_nearly_and_of_the_language() -> None:
    learned = [said("where is it", "d1"), said("在哪", "d2", language="zh"), said("refund please", "d3")]
    measured = [
        said("Where is it", "1", place="golden_en"), said("refund pls", "2", place="golden_en"),
        said("something else", "3", place="golden_en"),
        said("到哪了", "4", language="zh", place="calibration"),
    ]  # fmt: skip
    found = leaks(learned, measured, at(0, 30, 90), at(0, 92, 45, 90), near=0.99)
    assert [(p.one.text, p.other.conversation) for p in found] == [
        ("Where is it", "d1"),
        ("refund pls", "d3"),
    ]
    assert found[0].cosine == 1.0 > found[1].cosine


def test_nothing_leaks_where_nothing_measures() -> None:
    assert leaks([said("a")], [], at(0), at()) == []
