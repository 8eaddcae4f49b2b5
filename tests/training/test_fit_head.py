"""The head learns what its examples teach, the same each time; predictions are by heads that did not see."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import sparse

from bot.classifier import OUT_OF_SCOPE, Floats, Head, evidence, softmax
from training.examples import LabelledMessage
from training.fit_head import (
    NEVER,
    CrossPredictions,
    Examples,
    best_blend,
    cross_predict,
    fit_head,
    predict_some,
)

LABELS = ("a", "b", "c", OUT_OF_SCOPE)
MANY = tuple(f"intent{n}" for n in range(8))


def examples_of(
    given: Sequence[tuple[str, ...]],
    axes: Sequence[int],
    labels: tuple[str, ...] = LABELS,
    dialogues: Sequence[str] = (),
) -> Examples:
    """Return a message of each label set, with one word and a vector along its axis."""
    messages = [
        LabelledMessage(f"m{n}", "en", names, 0.0, dialogues[n] if dialogues else f"d{n}")
        for n, names in enumerate(given)
    ]
    places = np.eye(max(axes) + 1, dtype=np.float32)[list(axes)]
    return Examples(messages, sparse.csr_matrix(places), places, labels)


def chance_of(head: Head, axis: int) -> Floats:
    """Return the softmax's probability of each label for the vector along an axis."""
    (chances,) = softmax((head.dense[axis] + head.dense_bias)[None])
    return np.asarray(chances)


# fitting


@pytest.mark.parametrize(
    "given", [[("a",), ("b",), ()], [("a",), ("b",), ("c",), ()], [("a",), ("c",)], [("b",), ()]]
)
def test_weights_point_at_the_own_axis(given: list[tuple[str, ...]]) -> None:
    """Each label has an axis; two labels are fitted in another way than more."""
    axes = range(len(given))
    head = fit_head(examples_of(given * 8, [*axes] * 8))
    for axis, names in enumerate(given):
        own = LABELS.index(names[0] if names else OUT_OF_SCOPE)
        assert chance_of(head, axis)[own] > 0.9
        words = head.lexical[axis] + head.lexical_bias
        assert words.argmax() == own
        assert words[own] > 0 > np.delete(words, own).max()


def test_the_blend_is_kept() -> None:
    assert fit_head(examples_of([("a",), ("b",)], [0, 1]), blend=3.0).blend == 3.0


@pytest.mark.parametrize(
    ("given", "without"),
    [([("a",)], [1, 2, 3]), ([("c",), ("a",)], [1, 3]), ([("a",), ("c",), ()], [1]), ([()], [0, 1, 2])],
)
def test_a_label_without_examples_is_never_likely(given: list[tuple[str, ...]], without: list[int]) -> None:
    axes = range(len(given))
    head = fit_head(examples_of(given * 8, [*axes] * 8))
    assert (head.dense[:, without] == 0).all()
    assert (head.dense_bias[without] == NEVER).all()
    assert (head.lexical[:, without] == 0).all()
    assert (head.lexical_bias[without] == -1).all()
    assert all(chance_of(head, axis)[without].max() < 0.001 for axis in axes)


def test_the_only_label_is_always_likely() -> None:
    head = fit_head(examples_of([("b",)] * 3, [0, 1, 2]))
    assert (head.dense == 0).all()
    assert head.dense_bias.tolist() == [NEVER, 0, NEVER, NEVER]
    assert (head.lexical == 0).all()
    assert head.lexical_bias.tolist() == [-1, 1, -1, -1]


@pytest.mark.parametrize(
    ("given", "chances"),
    [
        ([("a",)] * 3 + [("c",)], [3 / 4, 0, 1 / 4, 0]),  # two labels
        ([("a",)] * 3 + [("b",)] + [()] * 4, [3 / 8, 1 / 8, 0, 4 / 8]),
        ([("a", "b"), ("c",)], [1 / 4, 1 / 4, 1 / 2, 0]),  # a message weighs one, however many labels it has
        ([("a", "b"), ("a",)], [3 / 4, 1 / 4, 0, 0]),
    ],
)
def test_of_messages_that_are_alike_the_share_is_the_probability(
    given: list[tuple[str, ...]], chances: list[float]
) -> None:
    head = fit_head(examples_of(given, [0] * len(given)))
    assert chance_of(head, 0) == pytest.approx(chances, abs=0.01)


@pytest.mark.parametrize("outside", [[], [()] * 100])
def test_where_a_vector_tells_a_little_the_softmax_is_no_surer(outside: list[tuple[str, ...]]) -> None:
    """Of many messages with a vector three in four are of `a`, and with another one in four."""
    given = [("a",), ("a",), ("a",), ("c",)] * 50 + [("c",), ("c",), ("c",), ("a",)] * 50
    axes = [0] * 200 + [1] * 200 + [2] * len(outside)
    head = fit_head(examples_of([*given, *outside], axes))
    assert chance_of(head, 0) == pytest.approx([3 / 4, 0, 1 / 4, 0], abs=0.01)
    assert chance_of(head, 1) == pytest.approx([1 / 4, 0, 3 / 4, 0], abs=0.01)


def test_a_message_with_two_labels_is_an_example_of_both() -> None:
    head = fit_head(examples_of([("a",), ("b",), ("c",), ("b", "a")] * 8, [0, 1, 2, 3] * 8))
    assert chance_of(head, 3)[:2] == pytest.approx([0.5, 0.5], abs=0.05)
    assert (head.lexical[3, :2] > 0).all()
    assert (head.lexical[3] + head.lexical_bias)[2] < 0


def noise(n: int = 400, labels: int = 30, terms: int = 200) -> Examples:
    """Return messages that say little about their labels: the more is left to the solver."""
    chance = np.random.default_rng(0)
    names = tuple(f"label{i}" for i in range(labels))
    given = [LabelledMessage("x", "en", (str(chance.choice(names)),), 0.0, f"d{i}") for i in range(n)]
    vectors = chance.normal(size=(n, 24)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = sparse.random(n, terms, 0.1, format="csr", dtype=np.float32, random_state=0)
    return Examples(given, rows, vectors, (*names, OUT_OF_SCOPE))


def test_the_same_examples_give_the_same_head() -> None:
    """To the last bit, though labels are fitted in threads: what is published can be built again."""
    examples = noise()
    with ThreadPoolExecutor(2) as pool:  # at once, so that solvers that share anything disturb each other
        heads = [fit_head(examples), *pool.map(fit_head, [examples] * 2)]
    for name, learned in vars(heads[0]).items():
        assert all(np.array_equal(vars(head)[name], learned) for head in heads[1:]), name


# predicting what was not seen


def test_each_message_is_predicted_once() -> None:
    examples = examples_of([("a",), ("b",), ()] * 6, [0, 1, 2] * 6)
    found = cross_predict(examples, len(examples.messages))
    assert sorted(found.messages) == list(range(18))
    assert not found.unknown.any()
    right = found.margins(1.0).argmax(1) == examples.numbers[found.messages]
    assert right.all()


def test_messages_of_one_dialogue_are_held_out_together() -> None:
    """Both messages of a dialogue have its axis: a head that knew one would find it at cosine one."""
    examples = examples_of(
        [("a",), ("b",)] * 9, [n // 2 for n in range(18)], dialogues=[f"d{n // 2}" for n in range(18)]
    )
    found = cross_predict(examples, len(examples.messages))
    assert found.similarities.max() < 0.5


def test_examples_after_those_to_predict_are_always_known() -> None:
    """Nine messages of the axes 0 to 8, and one example of each axis that is called `c`."""
    examples = examples_of([("a",), ("b",), ()] * 3 + [("c",)] * 9, [*range(9)] * 2)
    found = cross_predict(examples, 9)
    assert sorted(found.messages) == list(range(9))
    assert (found.similarities[:, 0] > 0.99).all()
    assert (found.near[:, 0] == LABELS.index("c")).all()
    assert (found.logits[:, LABELS.index("c")] > NEVER).all()


def kinds(each: int, names: bool) -> Examples:
    """Return messages of eight intents with an axis each, and a name of each intent if `names`."""
    count = each + names
    given = [(intent,) for intent in MANY] * count
    return examples_of(given, [*range(8)] * count, (*MANY, OUT_OF_SCOPE))


@pytest.mark.parametrize("names", [False, True])
def test_what_was_left_out_is_unknown_to_the_head(names: bool) -> None:
    examples = kinds(6, names)
    found = cross_predict(examples, 48, leave_out=True)
    own = examples.numbers[found.messages]
    logits = found.logits[np.arange(len(own)), own]
    assert (logits[found.unknown] == NEVER).all()
    assert (logits[~found.unknown] > NEVER).all()
    assert not (found.near == own[:, None])[found.unknown].any()
    assert (found.near[:, 0] == own)[~found.unknown].all()


def test_all_messages_of_each_intent_are_once_unknown() -> None:
    found = cross_predict(kinds(6, names=True), 48, leave_out=True)
    assert sorted(found.messages[found.unknown]) == list(range(48))
    known = found.messages[~found.unknown]
    assert len(set(known)) == len(known) > 24  # but for those held out where their intent is left out


def test_each_head_does_without_a_quarter_of_the_intents() -> None:
    found = cross_predict(kinds(6, names=False), 48, leave_out=True)
    never = (found.logits[:, :8] == NEVER).sum(1)
    assert never.tolist() == [2] * len(never)


def test_of_many_some_are_predicted_as_they_would_be_among_all() -> None:
    examples = kinds(6, names=True)
    whole, some = (cross_predict(examples, 48, leave_out=True, most=most) for most in (None, 24))
    assert len(some.messages) == 24 < len(whole.messages)
    of_all = dict(zip(zip(whole.messages, whole.unknown, strict=True), whole.logits, strict=True))
    for message, unknown, logits in zip(some.messages, some.unknown, some.logits, strict=True):
        np.testing.assert_array_equal(logits, of_all[message, unknown])


@pytest.mark.parametrize(
    ("leave_out", "shares"), [(False, [1 / 3, 2 / 3, 1]), (True, [1 / 4, 1 / 2, 3 / 4, 1])]
)
def test_progress_is_told_of_each_head(leave_out: bool, shares: list[float]) -> None:
    told: list[float] = []
    cross_predict(kinds(4, names=False), 32, leave_out, progress=told.append)
    assert told == pytest.approx(shares)


def test_some_examples_are_predicted_by_one_head_without_them() -> None:
    """Each message has an axis: what a head has seen, it finds at cosine one."""
    examples = examples_of([("a",), ("b",), ()] * 4 + [("c",)], [*range(12), 0])
    found = predict_some(examples, np.array([n in (0, 4, 8) for n in range(13)]))
    assert found.messages.tolist() == [0, 4, 8]
    # the last example is known and has the first one's axis; the index rounds its cosine
    assert found.similarities[:, 0] == pytest.approx([1, 0, 0], abs=0.01)
    assert found.near[0, 0] == LABELS.index("c")
    assert not found.unknown.any()


# blending


Said = tuple[list[float], list[float]]  # of a message: logits, margins of the words


def predicted(found: Sequence[Said], unknown: Sequence[int] = ()) -> CrossPredictions:
    n = len(found)
    return CrossPredictions(
        messages=np.arange(n),
        unknown=np.isin(np.arange(n), unknown),
        logits=np.array([logits for logits, _ in found], np.float32),
        lexical=np.array([lexical for _, lexical in found], np.float32),
        cosines=np.linspace(-0.5, 0.5, 4 * n, dtype=np.float32).reshape(n, 4),
        similarities=np.linspace(0.9, 0.1, 2 * n, dtype=np.float32).reshape(n, 2),
        near=np.zeros((n, 2), np.int64),
    )


def test_margins_and_evidence_of_a_blend() -> None:
    found = predicted([([1, 0, 2, 0], [1, -1, 0, 0.5]), ([0, 3, 0, 0], [2, -1, 0, 0])])
    margins = np.array([[4, -3, 2, 1.5], [6, 0, 0, 0]], np.float32)
    assert np.allclose(found.margins(3.0), margins)
    assert np.allclose(
        found.evidence(3.0), evidence(margins, found.lexical, found.cosines, found.similarities, found.near)
    )


WORDS_TELL: Said = [0, 5, 0, 0], [1, 0, 0, 0]  # that it is of `a`, above a blend of 5
VECTORS_TELL: Said = [3.5, 0, 0, 0], [0, 1, 0, 0]  # below a blend of 3.5
BOTH_TELL: Said = [1, 0, 0, 0], [1, 0, 0, 0]
VECTORS_MISLEAD: Said = [0, 1.5, 0, 0], [1, 0, 0, 0]  # up to a blend of 1.5
SEEMS_OUTSIDE: Said = [3, 0, 0, 0], [1, 0, 0, 3]  # above a blend of 1.5; among the intents it is `a`


@pytest.mark.parametrize(
    ("found", "blend"),
    [
        ([WORDS_TELL], 6.0),
        ([VECTORS_TELL], 0.5),
        ([BOTH_TELL], 0.5),  # the smallest of equals
        ([VECTORS_MISLEAD], 2.0),
        ([VECTORS_MISLEAD, VECTORS_TELL], 2.0),
        ([VECTORS_MISLEAD, WORDS_TELL], 6.0),
        ([WORDS_TELL, VECTORS_TELL, VECTORS_TELL], 0.5),
        ([SEEMS_OUTSIDE, VECTORS_MISLEAD], 2.0),
    ],
)
def test_the_blend_is_the_one_that_predicts_most(found: list[Said], blend: float) -> None:
    examples = examples_of([("a",)] * len(found), [0] * len(found))
    assert best_blend(predicted(found), examples) == blend


@pytest.mark.parametrize(("unknown", "blend"), [([], 6.0), ([0], 0.5), ([0, 1], 0.5), ([0, 1, 2], 0.5)])
def test_messages_of_intents_left_out_choose_no_blend(unknown: list[int], blend: float) -> None:
    found = predicted([WORDS_TELL, WORDS_TELL, VECTORS_TELL], unknown)
    assert best_blend(found, examples_of([("a",)] * 3, [0] * 3)) == blend


def test_either_label_of_a_message_is_right() -> None:
    assert best_blend(predicted([VECTORS_MISLEAD]), examples_of([("a", "b")], [0])) == 0.5


def test_where_only_words_tell_they_weigh_more_than_where_only_vectors_do() -> None:
    chance = np.random.default_rng(0)
    numbers = [*range(3)] * 20
    telling = examples_of([(LABELS[n],) for n in numbers], numbers)
    vague = chance.normal(size=(60, 24)).astype(np.float32)
    vague /= np.linalg.norm(vague, axis=1, keepdims=True)
    words = Examples(telling.messages, telling.rows, vague, LABELS)
    vectors = Examples(telling.messages, sparse.csr_matrix(vague), telling.vectors, LABELS)
    heavy, light = (best_blend(cross_predict(e, 60), e) for e in (words, vectors))
    assert heavy > light
