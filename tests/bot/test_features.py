"""Terms of a text and their weights, by hand; what is saved is what was learned."""

import json
import math

import numpy as np
import pytest
from scipy import sparse

from bot.features import Features, Vocabulary, char_terms, plain, word_terms

WORDS = Vocabulary(("red", "tent", "red tent"), np.array([1, 2, 4], np.float32))
CHARS = Vocabulary((" r", "ed", "nt "), np.array([1, 1.5, 3], np.float32))
FEATURES = Features(WORDS, CHARS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is HB-2048817?", "Where is HB?"),
        ("訂單 ＨＢ", "订单 HB"),
        ("订单HB2048817到哪了，还有ＩＮＶ－００１２３４５", "订单HB到哪了,还有INV"),
        ("HB-2048", "HB-2048"),
        ("call 2048817 or ABCDE-2048817", "call 2048817 or ABCDE-2048817"),
        ("  two   spaces ", "two spaces"),
    ],
)
def test_what_a_message_is_about(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_words_and_pairs_of_them() -> None:
    assert word_terms("Order 12 lamps") == ["order", "00", "lamps", "order 00", "00 lamps"]


@pytest.mark.parametrize(("text", "known"), [("Red TENT 12!", True), ("a red tent", False), ("", True)])
def test_whether_all_words_are_known(text: str, known: bool) -> None:
    assert FEATURES.knows(text) is known


def test_traditional_and_simplified_have_the_same_terms() -> None:
    assert word_terms("我的訂單") == word_terms("我的订单")
    assert char_terms("訂單") == char_terms("订单")


def test_runs_of_characters_know_where_words_begin_and_end() -> None:
    assert char_terms("a1") == [" a", "a0", "0 ", " a0", "a0 ", " a0 "]


def test_weights_of_terms_by_hand() -> None:
    """Of `lamp` nothing is known; `red` is there twice, which counts 1 + ln 2."""
    columns, weights = WORDS.weigh(["lamp", "red", "tent", "red"])
    by_column = dict(zip(columns.tolist(), weights, strict=True))
    red, tent = (1 + math.log(2)) * 1, 1 * 2
    assert by_column == pytest.approx({0: red / math.hypot(red, tent), 1: tent / math.hypot(red, tent)})


def test_features_by_hand() -> None:
    """Words first, then characters; each of both has length one."""
    found = FEATURES(["Red tents", "a tent"]).toarray()
    r, ed = 1 / math.hypot(1, 1.5), 1.5 / math.hypot(1, 1.5)
    assert found == pytest.approx(np.array([[1, 0, 0, r, ed, 0], [0, 1, 0, 0, 0, 1]]))


def test_a_pair_of_words_is_a_term_of_its_own() -> None:
    length = math.sqrt(1 + 4 + 16)
    assert np.allclose(FEATURES(["red tent"]).toarray()[0, :3], [1 / length, 2 / length, 4 / length])


def test_a_text_without_known_terms_has_an_empty_row() -> None:
    found = FEATURES(["red", "xyz", "", "red"])
    assert found.getnnz(axis=1).tolist() == [3, 0, 0, 3]
    assert np.array_equal(found[0].toarray(), found[3].toarray())


def test_no_texts_have_no_rows() -> None:
    assert FEATURES([]).shape == (0, 6)


def test_features_come_back_from_their_state() -> None:
    """By way of JSON, with weights of five places."""
    learned = Features(WORDS, Vocabulary(CHARS.terms, np.array([1.123456, 1.5, 3], np.float32)))
    again = Features.of(json.loads(json.dumps(learned.state())))
    texts = ["red lamp", "a blue tent", "红色帐篷", ""]
    assert np.allclose(again(texts).toarray(), learned(texts).toarray(), atol=1e-5)
    assert (again.words.terms, again.chars.terms) == (WORDS.terms, CHARS.terms)


def test_features_are_sparse() -> None:
    assert sparse.issparse(FEATURES(["red"]))
