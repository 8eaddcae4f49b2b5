"""The vocabulary is that of scikit-learn, and so are the weights of what is counted without it."""

import math

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.features import char_terms, word_terms
from training.fit_features import fit_features

TEXTS = ["red lamp", "red tent", "blue tent"]
NEW = ["red red tent", "Order 12: a red lamp, blue tents", "我的订单 red", "xyz", ""]


def test_a_term_of_one_text_only_is_left_out() -> None:
    assert fit_features(TEXTS).words.terms == ("red", "tent")


def test_rare_terms_weigh_more() -> None:
    """Smoothed: one text more is counted, and it has every term."""
    learned = fit_features([*TEXTS, "red"]).words
    weight = dict(zip(learned.terms, learned.idf, strict=True))
    assert weight == pytest.approx({"red": math.log(5 / 4) + 1, "tent": math.log(5 / 3) + 1})


def test_rows_are_those_of_scikit_learn() -> None:
    features = fit_features(TEXTS)
    expected = np.hstack([
        TfidfVectorizer(analyzer=terms, min_df=2, sublinear_tf=True).fit(TEXTS).transform(NEW).toarray()
        for terms in (word_terms, char_terms)
    ])  # fmt: skip
    found = features(NEW)
    assert np.allclose(found.toarray(), expected, atol=1e-6)
    assert found.dtype == np.float32
