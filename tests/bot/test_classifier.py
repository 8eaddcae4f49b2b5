"""The classifier's arithmetic, by hand and by value; what is saved is what was learned."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from bot.classifier import (
    NEIGHBOURS,
    OUT_OF_SCOPE,
    Classifier,
    Gate,
    Head,
    KnownExamples,
    Thresholds,
    evidence,
    label_numbers,
    softmax,
)  # fmt: skip
from bot.features import Features, Vocabulary
from bot.pipeline import Bot
from data.release.release import Release
from retrieval.encoder import OnnxEncoder
from retrieval.vectors import VectorIndex

TEXTS = ["red lamp", "red tent", "blue tent"]
VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
LABELS = ("lamps", "tents", OUT_OF_SCOPE)
EACH = 12  # times each text is known: fewer than neighbours are looked for
MARGINS = np.log(np.array([[1, 3, 4]], np.float32))  # probabilities 1/8, 3/8, 4/8: tents is the best intent
LEXICAL = np.array([[0.2, -0.3, 0.4]], np.float32)
COSINES = np.array([[0.1, 0.6, -0.2]], np.float32)


@pytest.fixture
def classifier() -> Classifier:
    chance = np.random.default_rng(0)
    idf = np.array([1, 2], np.float32)
    features = Features(Vocabulary(("red", "tent"), idf), Vocabulary((" r", "nt "), idf))
    terms = 4
    many = np.tile(VECTORS, (EACH, 1))
    return Classifier(
        labels=LABELS,
        features=features,
        head=Head(
            dense=chance.normal(size=(2, 3)).astype(np.float32),
            dense_bias=np.array([0.1, -0.2, 0.3], np.float32),
            lexical=chance.normal(size=(terms, 3)).astype(np.float16).astype(np.float32),
            lexical_bias=np.array([-0.4, 0.5, -0.6], np.float32),
            blend=3.0,
        ),
        mood=(0.2 * chance.normal(size=terms + 2 + 1)).astype(np.float32),
        known=KnownExamples(tuple(TEXTS) * EACH, LABELS * EACH, VectorIndex.of(many)),
        gate=Gate((0.5, 0.25, -0.5, -0.25, 1.0, 1.0, -1.0, 0.75, -0.75), 0.2),
        thresholds={"en": Thresholds(0.5, basis="held-out messages"), "zh": Thresholds(2.0)},
    )


def test_a_margin_is_the_logit_and_the_blended_margin_of_the_words() -> None:
    head = Head(
        dense=np.array([[1, 0, -1], [0, 2, 1]], np.float32),
        dense_bias=np.array([0.5, 0, -0.5], np.float32),
        lexical=np.array([[3, 0, 1]], np.float32),
        lexical_bias=np.array([-1, -1, 0.5], np.float32),
        blend=2.0,
    )
    margins, lexical = head(sparse.csr_matrix([[0.5], [0]]), np.array([[0.6, 0.8], [0, 1]], np.float32))
    assert lexical.tolist() == [[0.5, -1, 1], [-1, -1, 0.5]]
    expected = np.array([[1.1, 1.6, -0.3], [0.5, 2, 0.5]]) + 2 * np.array([[0.5, -1, 1], [-1, -1, 0.5]])
    assert np.allclose(margins, expected)


def test_cosines_to_the_weights_by_hand() -> None:
    """They do not depend on how long the weights are; a label without weights has none."""
    weights = np.array([[3, 0, 0], [4, 0, -2]], np.float32)
    head = Head(weights, np.ones(3, np.float32), np.zeros((1, 3), np.float32), np.zeros(3, np.float32), 1.0)
    vectors = np.array([[0.6, 0.8], [1, 0]], np.float32)
    np.testing.assert_allclose(head.cosines(vectors), [[1, 0, -0.8], [0.6, 0, 0]], atol=1e-6)


def test_softmax_by_value() -> None:
    found = softmax(np.array([[0, math.log(3)], [5, 5]], np.float32))
    assert np.allclose(found, [[0.25, 0.75], [0.5, 0.5]])


def test_softmax_of_large_margins_stays_finite() -> None:
    assert np.allclose(softmax(np.array([[1000, 0], [-1000, -1000]], np.float32)), [[1.0, 0.0], [0.5, 0.5]])


def test_gate_by_value() -> None:
    gate = Gate((1.0, -2.0), 0.5)
    found = gate(np.array([[1, 0.5], [0, 0]], np.float32))
    assert np.allclose(found, [1 / (1 + math.exp(-0.5)), 1 / (1 + math.exp(-0.5))])


def test_labels_have_the_numbers_of_their_places() -> None:
    assert label_numbers(["tents", OUT_OF_SCOPE, "lamps", "tents"], LABELS).tolist() == [1, 2, 0, 1]


def test_an_unknown_label_has_no_number() -> None:
    with pytest.raises(KeyError, match="boats"):
        label_numbers(["lamps", "boats"], LABELS)


def test_evidence_by_hand() -> None:
    similarities = np.array([[0.9, 0.8, 0.7, 0.6]], np.float32)
    near = np.array([[0, 2, 1, 1]])  # lamps 0.9, outside 0.8, tents 0.7 and 0.6
    # the best intent among intents and its words, out of scope among all labels and its words, nearest
    # intent, nearest of the best, nearest outside, the weights of the best and of outside
    assert np.allclose(
        evidence(MARGINS, LEXICAL, COSINES, similarities, near),
        [[3 / 4, -0.3, 4 / 8, 0.4, 0.9, 0.7, 0.8, 6, -2]],
    )


def test_evidence_of_each_message_is_its_own() -> None:
    """The second message is the first with lamps and tents swapped, and nothing out of scope near."""
    each = (np.vstack([m, m[:, [1, 0, 2]]]) for m in (MARGINS, LEXICAL, COSINES))
    found = evidence(*each, np.array([[0.9, 0.8], [0.7, 0.5]], np.float32), np.array([[1, 2], [0, 0]]))
    assert np.allclose(found[:, :4], [[3 / 4, -0.3, 4 / 8, 0.4]] * 2)
    assert np.allclose(found[:, 4:7], [[0.9, 0.9, 0.8], [0.7, 0.7, 0.5]])
    assert np.allclose(found[:, 7:], [[6, -2]] * 2)


def test_evidence_of_what_is_not_near_is_the_farthest_neighbour() -> None:
    found = evidence(MARGINS, LEXICAL, COSINES, np.array([[0.9, 0.6]], np.float32), np.array([[0, 0]]))
    assert np.allclose(found[0, 4:7], [0.9, 0.6, 0.6])


def test_evidence_does_not_count_neighbours_that_are_not_there() -> None:
    """A desk may have fewer examples than are looked for; the index fills up with id -1, the last example."""
    known = np.array([1, 2])  # a message about tents, and one out of scope
    near = known[np.array([[0, -1]])]
    found = evidence(MARGINS, LEXICAL, COSINES, np.array([[0.9, -1.0]], np.float32), near)
    assert np.allclose(found[0, 4:7], [0.9, 0.9, -1])


def test_what_is_judged_by_hand(classifier: Classifier) -> None:
    """All twelve examples with the message's vector are about tents; the nearest other ones out of scope."""
    found = classifier.judge(["red tent"], VECTORS[1:2])
    rows = classifier.features(["red tent"])
    margins, lexical = classifier.head(rows, VECTORS[1:2])
    assert (found.rows != rows).nnz == 0
    assert np.array_equal(found.margins, margins)
    near = [1] * EACH + [2] * (NEIGHBOURS - EACH)
    assert (found.neighbours % 3).tolist() == [near]
    cosines = np.array([[1] * EACH + [0.8] * (NEIGHBOURS - EACH)], np.float32)
    assert np.allclose(found.similarities, cosines, atol=0.005)  # the index may round
    cosines = classifier.head.cosines(VECTORS[1:2])
    seen = evidence(margins, lexical, cosines, found.similarities, np.array([near]))
    assert np.allclose(found.in_scope, classifier.gate(seen))


def test_scores_by_hand(classifier: Classifier) -> None:
    text, vector = ["red tent"], VECTORS[2:]
    judged = classifier.judge(text, vector)
    found = classifier.score(text, vector, "en")
    assert np.allclose(found.in_scope, judged.in_scope)
    assert np.allclose(found.intents, softmax(judged.margins[:, :2] / 0.5) * judged.in_scope[:, None])
    row = np.hstack([judged.rows.toarray(), vector, [[1]]])
    mood = float((row @ classifier.mood)[0])
    assert mood != 0
    assert found.sentiment == pytest.approx([np.tanh(mood / 2)], abs=1e-6)
    assert found.neighbours.tolist() == judged.neighbours.tolist()
    assert np.allclose(found.similarities, judged.similarities)


def test_sentiment_stays_within_its_ends(classifier: Classifier) -> None:
    texts, vectors = ["xyz", "xyz"], np.array([[1, 0], [-1, 0]], np.float32)
    mood = np.zeros_like(classifier.mood)
    mood[-3] = 70.0  # the first axis of the vector: no word of `texts` is known
    assert replace(classifier, mood=mood).score(texts, vectors, "en").sentiment.tolist() == [1, -1]


def test_a_language_without_thresholds_has_safe_ones(classifier: Classifier) -> None:
    assert classifier.thresholds_for("fr") == Thresholds()


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
    for name, learned in vars(classifier.head).items():  # the lexical weights of these are exact in 16 bits
        assert np.array_equal(vars(again.head)[name], learned), name


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
