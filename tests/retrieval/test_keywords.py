"""Words, terms, and BM25 by value against the formula."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from retrieval.keywords import KeywordIndex, terms, word_count, words

TEXTS = [
    "How do I return my order?", "Returns are free within 30 days of delivery", "怎么退货",
    "退货的运费由谁承担", "优惠券怎么用，优惠券可以叠加吗", "Gift cards and promo codes",
    "order, order, order!",
    "可以用 PayPal 付款吗", "発票", "",
]  # fmt: skip
QUERIES = [
    "return order", "orders", "退货运费", "優惠券", "paypal 付款", "order order", "returns RETURN",
    "怎么用优惠券", "free delivery of gift cards",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where's my order?", ["where's", "my", "order"]),
        ("don’t", ["don’t"]),
        ("HB-2048817!", ["hb", "2048817"]),
        ("ＰａｙＰａｌ", ["paypal"]),
        ("我要退貨", ["我要", "退货"]),
        ("买了bag退货", ["买", "了", "bag", "退货"]),
        ("!?… 🙂", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders", ["order"]),
        ("Order", ["order"]),
        ("gas bus is", ["gas", "bus", "is"]),
        ("boss address", ["boss", "address"]),
        ("退货", ["退货", "退货"]),
        ("我", ["我"]),
        ("优惠券 codes", ["优惠券", "code", "优惠", "惠券"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), ("HB-2048817", 0), ("hb2048817", 0), ("where is HB-2048817", 2), ("退货", 1), ("退货吗", 2),
        ("我", 1), ("用PayPal付款", 3), ("123 456", 0), ("don't", 2), ("!!!", 0), ("ÜBER größe", 2),
    ],
)  # fmt: skip
def test_word_count(text: str, count: int) -> None:
    assert word_count(text) == count


def bm25(query: str, texts: list[str], k1: float = 1.5, b: float = 0.75) -> list[float]:
    """Return Lucene's BM25, term by term as the formula is written."""
    counted = [Counter(terms(text)) for text in texts]
    mean = sum(count.total() for count in counted) / len(counted)
    scores = []
    for count in counted:
        score = 0.0
        for term in terms(query):
            having = sum(term in other for other in counted)
            if term in count:
                idf = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
                score += idf * count[term] / (count[term] + k1 * (1 - b + b * count.total() / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", QUERIES)
def test_scores_are_bm25(query: str) -> None:
    np.testing.assert_allclose(KeywordIndex.of(TEXTS).scores(query), bm25(query, TEXTS), rtol=1e-4)


@pytest.mark.parametrize("query", QUERIES)
def test_these_queries_find_something(query: str) -> None:
    assert max(bm25(query, TEXTS)) > 0


@pytest.mark.parametrize("query", ["", "?!", "zeppelin", "齐柏林飞艇"])
def test_without_a_shared_term_all_scores_are_zero(query: str) -> None:
    np.testing.assert_array_equal(KeywordIndex.of(TEXTS).scores(query), np.zeros(len(TEXTS), np.float32))


def test_an_unknown_word_takes_nothing_away() -> None:
    index = KeywordIndex.of(TEXTS)
    np.testing.assert_array_equal(index.scores("order zeppelin"), index.scores("order"))


@pytest.mark.parametrize(
    ("one", "other"), [("退貨運費", "退货运费"), ("ORDERS", "order"), ("ｏｒｄｅｒ", "order")]
)
def test_spellings_of_one_query_score_the_same(one: str, other: str) -> None:
    index = KeywordIndex.of(TEXTS)
    np.testing.assert_array_equal(index.scores(one), index.scores(other))


@pytest.mark.parametrize("query", [*QUERIES, "zeppelin"])
def test_a_loaded_index_is_the_saved_one(query: str, tmp_path: Path) -> None:
    index = KeywordIndex.of(TEXTS)
    index.save(tmp_path)
    np.testing.assert_array_equal(KeywordIndex.load(tmp_path, len(TEXTS)).scores(query), index.scores(query))
