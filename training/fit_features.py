"""Learn the vocabulary of TF-IDF features."""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.features import Features, Vocabulary, char_terms, word_terms

LEAST_TEXTS = 2  # a term of one text only says nothing of others


def fit_features(texts: Sequence[str]) -> Features:
    """Return features whose terms at least two of the texts have."""
    return Features(_vocabulary(texts, word_terms), _vocabulary(texts, char_terms))


def _vocabulary(texts: Sequence[str], terms: Callable[[str], list[str]]) -> Vocabulary:
    fitted = TfidfVectorizer(analyzer=terms, min_df=LEAST_TEXTS).fit(texts)
    return Vocabulary(tuple(fitted.get_feature_names_out()), fitted.idf_.astype(np.float32))
