"""Fine-tuning pulls messages of one intent together, keeps little, and is the same each time."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from bot.features import plain
from retrieval.bundled_encoder import CHINESE, TUNED, base_model_folder, bilingual_weights
from retrieval.encoder import Vectors
from retrieval.torch_encoder import bert
from retrieval.wordpieces import open_tokenizer
from training.examples import LabelledMessage
from training.fine_tune import Goals, Recipe, fine_tune
from training.sentence_vectors import encode_all, token_ids

LATE = ("where is my parcel", "it should have come on Monday", "我的快递怎么还没到", "物流三天没动了")
BACK = ("I want to send it back", "it does not fit me", "我要退货", "尺码不对想退掉")
RECIPE = Recipe(epochs=12, batch=8, smoothing=0.0)  # smoothing wants two labels near to each other
MESSAGES = [
    LabelledMessage(text, "en", (label,), 0.0, text)
    for label, texts in (("late", LATE), ("back", BACK))
    for text in texts
]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Vectors]]:
    file = tmp_path_factory.mktemp("tuned") / TUNED
    return file, fine_tune(MESSAGES, file, RECIPE)


@pytest.fixture(scope="module")
def tuned(learned: tuple[Path, dict[str, Vectors]]) -> Path:
    return learned[0]


def encoded(changes: list[Path]) -> Vectors:
    """Return the vectors of LATE and BACK by an encoder with these changes."""
    base = base_model_folder()
    tokenizer = open_tokenizer(base, (CHINESE / "added.txt").read_text("utf-8").split("\n")[:-1])
    ids = token_ids(tokenizer, [plain(t) for t in (*LATE, *BACK)])
    return encode_all(bert(base, bilingual_weights(base, changes)), ids).numpy()


def apart(changes: list[Path]) -> float:
    """Return how much nearer messages are to those of their intent than to the others."""
    vectors = encoded(changes)
    cosine, same = vectors @ vectors.T, np.kron(np.eye(2), np.ones((4, 4))).astype(bool)
    return float(cosine[same].mean() - cosine[~same].mean())


def test_messages_of_one_intent_come_together(tuned: Path) -> None:
    before = [CHINESE / "delta.safetensors"]
    assert apart([*before, tuned]) > apart(before) + 0.05


def test_the_head_tells_what_it_has_learned_from(learned: tuple[Path, dict[str, Vectors]]) -> None:
    file, head = learned
    assert sorted(head) == ["back", "late"]
    vectors = encoded([CHINESE / "delta.safetensors", file])
    assert (vectors @ (head["late"] - head["back"]) > 0).tolist() == [True] * len(LATE) + [False] * len(BACK)
    lengths = [float(np.linalg.norm(weights)) for weights in head.values()]
    np.testing.assert_allclose(lengths, RECIPE.scale, rtol=1e-5)


def test_the_same_messages_give_the_same(learned: tuple[Path, dict[str, Vectors]], tmp_path: Path) -> None:
    head = fine_tune(MESSAGES, tmp_path / "again", RECIPE)
    assert (tmp_path / "again").read_bytes() == learned[0].read_bytes()
    for label, weights in head.items():
        np.testing.assert_array_equal(weights, learned[1][label])


def test_what_is_kept_is_small_and_leaves_the_words_alone(tuned: Path) -> None:
    assert tuned.stat().st_size < 6e6
    assert not [name for name in load_file(tuned) if name.startswith("embeddings")]


def test_a_message_with_two_labels_counts_half_for_each() -> None:
    two = LabelledMessage("late, so I send it back", "en", ("late", "back"), 0.0, "two")
    outside = LabelledMessage("a poem", "en", (), 0.0, "poem")
    goals = Goals([MESSAGES[0], two, outside]).of([0, 1, 2]).tolist()  # columns: back, late, out_of_scope
    assert goals == [[0, 1, 0], [0.5, 0.5, 0], [0, 0, 1]]


def test_progress_ends_at_one(tmp_path: Path) -> None:
    shares: list[float] = []
    fine_tune(MESSAGES[2:6], tmp_path / "file", Recipe(epochs=2, batch=2), shares.append)
    assert shares == [0.25, 0.5, 0.75, 1.0]
