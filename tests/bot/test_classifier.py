"""The classifier's arithmetic, by hand and by value; what is saved is what was learned."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from bot.classifier import (
    DENSE_WEIGHT,
    NEIGHBOURS,
    OUT_OF_SCOPE,
    Classifier,
    Features,
    Gate,
    KnownExamples,
    Thresholds,
    char_terms,
    evidence,
    plain,
    softmax,
    word_terms,
)  # fmt: skip
from bot.pipeline import Bot
from data.releases import Release
from retrieval.encoder import OnnxEncoder
from retrieval.vectors import VectorIndex

TEXTS = ["red lamp", "red tent", "blue tent"]
VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)


@pytest.fixture(scope="module")
def features() -> Features:
    return Features().fit(TEXTS)


@pytest.fixture
def classifier(features: Features) -> Classifier:
    rng = np.random.default_rng(0)
    width = features(TEXTS, VECTORS).shape[1]
    labels = ("lamps", "tents", OUT_OF_SCOPE)
    many = np.tile(VECTORS, (NEIGHBOURS, 1))
    return Classifier(
        labels=labels,
        features=features,
        weights=rng.normal(size=(width, 3)).astype(np.float16).astype(np.float32),
        bias=np.array([0.1, -0.2, 0.3], np.float32),
        mood=rng.normal(size=width + 1).astype(np.float32),
        known=KnownExamples(tuple(TEXTS) * NEIGHBOURS, labels * NEIGHBOURS, VectorIndex.of(many)),
        gate=Gate((0.5, 0.25, -0.5, 1.0, 1.0, -1.0), 0.2),
        thresholds={"en": Thresholds(0.5), "zh": Thresholds(2.0)},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is HB-2048817?", "Where is HB?"),
        ("訂單 ＨＢ", "订单 HB"),
        ("HB-204881", "HB-204881"),
        ("  two   spaces ", "two spaces"),
    ],
)
def test_what_a_message_is_about(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_words_and_pairs_of_them() -> None:
    assert word_terms("Order 12 lamps") == ["order", "00", "lamps", "order 00", "00 lamps"]


def test_traditional_and_simplified_have_the_same_terms() -> None:
    assert word_terms("我的訂單") == word_terms("我的订单")
    assert char_terms("訂單") == char_terms("订单")


def test_runs_of_characters_know_where_words_begin_and_end() -> None:
    assert char_terms("a1") == [" a", "a0", "0 ", " a0", "a0 ", " a0 "]


def test_features_by_hand(features: Features) -> None:
    """Two texts have `red`, two have `tent`; words that only one has are left out (min_df 2)."""
    words, chars = (dict.fromkeys(terms) for terms in features.state()["terms"])
    assert list(words) == ["red", "tent"]
    idf = math.log(4 / 3) + 1  # smoothed: (1 + 3 texts) / (1 + 2 that have it)
    assert features.state()["idf"][0] == pytest.approx([idf, idf], abs=1e-5)
    row = features(["red red tent"], np.array([[0.6, 0.8]], np.float32)).toarray()[0]
    counts = np.array([1 + math.log(2), 1]) * idf  # sublinear
    assert row[:2] == pytest.approx(counts / np.linalg.norm(counts), abs=1e-6)
    assert row[2 + len(chars) :] == pytest.approx([0.6 * DENSE_WEIGHT, 0.8 * DENSE_WEIGHT])
    assert np.linalg.norm(row[2 : 2 + len(chars)]) == pytest.approx(1)


def test_features_of_a_text_without_known_terms_are_its_vector(features: Features) -> None:
    row = features(["xyz"], np.array([[1, 0]], np.float32)).toarray()[0]
    assert np.flatnonzero(row).tolist() == [len(row) - 2]


def test_features_come_back_from_their_state(features: Features) -> None:
    again = Features.of(features.state())
    for text in ("red lamp", "a blue tent", "红色帐篷", ""):
        vector = VECTORS[:1]
        assert np.allclose(again([text], vector).toarray(), features([text], vector).toarray(), atol=1e-5)


def test_features_are_sparse(features: Features) -> None:
    assert sparse.issparse(features(TEXTS, VECTORS))


def test_softmax_by_value() -> None:
    found = softmax(np.array([[0, math.log(3)], [5, 5]], np.float32))
    assert np.allclose(found, [[0.25, 0.75], [0.5, 0.5]])


def test_softmax_of_large_margins_stays_finite() -> None:
    assert np.allclose(softmax(np.array([[1000, 0], [-1000, -1000]], np.float32)), [[1, 0], [0.5, 0.5]])


def test_gate_by_value() -> None:
    gate = Gate((1.0, -2.0), 0.5)
    found = gate(np.array([[1, 0.5], [0, 0]], np.float32))
    assert np.allclose(found, [1 / (1 + math.exp(-0.5)), 1 / (1 + math.exp(-0.5))])


def test_evidence_by_hand() -> None:
    labels = ("lamps", "tents", OUT_OF_SCOPE)
    margins = np.array([[0.5, 1.25, -0.75]], np.float32)
    similarities = np.array([[0.9, 0.8, 0.7, 0.6]], np.float32)
    known = ["tents", "lamps", OUT_OF_SCOPE, "tents"]
    ids = np.array([[1, 2, 0, 3]])  # lamps 0.9, outside 0.8, tents 0.7 and 0.6
    found = evidence(margins, similarities, ids, known, labels)
    # best margin, its lead, the margin of out of scope, nearest intent, nearest of the best, nearest outside
    assert np.allclose(found, [[1.25, 0.75, -0.75, 0.9, 0.7, 0.8]])


def test_evidence_of_what_is_not_near_is_the_farthest_neighbour() -> None:
    margins = np.array([[0.5, 1.25, -0.75]], np.float32)
    found = evidence(
        margins,
        np.array([[0.9, 0.6]], np.float32),
        np.array([[0, 0]]),
        ["lamps"],
        ("lamps", "tents", OUT_OF_SCOPE),
    )
    assert np.allclose(found[0, 3:], [0.9, 0.6, 0.6])


def test_evidence_does_not_count_neighbours_that_are_not_there() -> None:
    """A desk may have fewer examples than are looked for; the index fills up with id -1."""
    found = evidence(
        np.array([[0.5, 1.25, -0.75]], np.float32),
        np.array([[0.9, -1.0]], np.float32),
        np.array([[0, -1]]),
        ["tents", OUT_OF_SCOPE],
        ("lamps", "tents", OUT_OF_SCOPE),
    )
    assert found[0, 5] < 0.9
    assert np.allclose(found[0, 3:5], 0.9)


def test_scores_by_hand(classifier: Classifier) -> None:
    text, vector = ["red tent"], VECTORS[1:2]
    row = classifier.features(text, vector).toarray()
    margins = row @ classifier.weights + classifier.bias
    found = classifier.score(text, vector, "en")
    similarities, ids = classifier.known.index.search(vector, NEIGHBOURS)
    gate = classifier.gate(evidence(margins, similarities, ids, classifier.known.labels, classifier.labels))
    assert np.allclose(found.in_scope, gate)
    assert np.allclose(found.intents, softmax(margins[:, :2] / 0.5) * gate[:, None], atol=1e-6)
    assert np.allclose(
        found.sentiment, np.clip(row @ classifier.mood[:-1] + classifier.mood[-1], -1, 1), atol=1e-6
    )


def test_each_language_has_its_own_temperature(classifier: Classifier) -> None:
    hot, cold = (classifier.score(TEXTS, VECTORS, language).intents for language in ("zh", "en"))
    assert (hot.max(1) < cold.max(1)).all()


def test_what_was_saved_scores_the_same(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    again = Classifier.load(tmp_path)
    texts = [*TEXTS, "a lamp that is not known", "红色的灯"]
    vectors = np.vstack([VECTORS, VECTORS[:2]])
    for language in ("en", "zh"):
        before, after = classifier.score(texts, vectors, language), again.score(texts, vectors, language)
        assert np.allclose(after.intents, before.intents, atol=1e-4)
        assert np.allclose(after.in_scope, before.in_scope, atol=1e-4)
        assert np.allclose(after.sentiment, before.sentiment, atol=1e-4)
        assert after.neighbours.tolist() == before.neighbours.tolist()


def test_what_was_saved_knows_the_same(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    again = Classifier.load(tmp_path)
    assert (again.labels, again.gate, again.thresholds) == (
        classifier.labels,
        classifier.gate,
        classifier.thresholds,
    )
    assert (again.known.texts, again.known.labels) == (classifier.known.texts, classifier.known.labels)


def test_rounding_the_weights_of_the_release_changes_no_decision(
    release: Release, bot: Bot, tmp_path: Path
) -> None:
    first = Classifier.load(release.folder / "classifier")
    first.save(tmp_path)
    texts = ["where is my order", "我的快递到哪了", "write me a poem", "refund"]
    vectors = OnnxEncoder(release.encoder_folder).encode(texts)
    before, after = first.score(texts, vectors, "en"), Classifier.load(tmp_path).score(texts, vectors, "en")
    assert np.array_equal(before.intents, after.intents)


def test_the_release_knows_every_intent_of_the_desk(release: Release, bot: Bot) -> None:
    assert Classifier.load(release.folder / "classifier").intents == tuple(bot.desk.intents)
