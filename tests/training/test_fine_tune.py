"""Fine-tuning pulls messages of one intent together, keeps little, and is the same each time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from bot.features import plain
from retrieval.bundled_encoder import CHINESE, TUNED, base_model_folder, bilingual_weights
from retrieval.encoder import Vectors, token_ids
from retrieval.torch_encoder import bert
from retrieval.wordpieces import open_tokenizer
from training.examples import LabelledMessage
from training.fine_tune import Goals, fine_tune
from training.recipe import Recipe
from training.sentence_vectors import encode_all
from training.warm_start import Start

LATE = ("where is my parcel", "it should have come on Monday", "我的快递怎么还没到", "物流三天没动了")
BILL = ("I need the invoice", "put my company on the bill", "怎么开发票", "发票抬头填错了")
BACK = ("I want to send it back", "it does not fit me", "我要退货", "尺码不对想退掉")
RECIPE = Recipe(epochs=12, batch=8, smoothing=0.0)  # smoothing wants two labels near to each other
AGAIN = replace(RECIPE, epochs=3)  # six steps on what is known and what is new


def labelled(**said: tuple[str, ...]) -> list[LabelledMessage]:
    """Return messages of each label."""
    return [
        LabelledMessage(text, "en", (label,), 0.0, text) for label, texts in said.items() for text in texts
    ]


MESSAGES = labelled(late=LATE, back=BACK)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Vectors]]:
    file = tmp_path_factory.mktemp("tuned") / TUNED
    return file, fine_tune(MESSAGES, file, RECIPE)


@pytest.fixture(scope="module")
def tuned(learned: tuple[Path, dict[str, Vectors]]) -> Path:
    return learned[0]


def encoded(changes: list[Path], texts: tuple[str, ...] = (*LATE, *BACK)) -> Vectors:
    """Return the vectors of texts by an encoder with these changes."""
    base = base_model_folder()
    tokenizer = open_tokenizer(base, (CHINESE / "added.txt").read_text("utf-8").split("\n")[:-1])
    ids = token_ids(tokenizer, [plain(t) for t in texts])
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


def test_a_warm_start_learns_what_is_new_and_keeps_the_rest(
    learned: tuple[Path, dict[str, Vectors]], tmp_path: Path
) -> None:
    """In six steps, after which a cold one still confuses more."""
    messages, losses = labelled(late=LATE, back=BACK, bill=BILL), {}
    for name, start in (("warm", Start(*learned)), ("cold", None)):
        curve: list[float] = []
        head = fine_tune(
            messages,
            tmp_path / name,
            AGAIN,
            start=start,
            figures=lambda v, _, told=curve: told.append(v["loss"]),
        )
        losses[name] = curve
        if start:
            vectors = encoded([CHINESE / "delta.safetensors", tmp_path / name], (*LATE, *BACK, *BILL))
            best = (vectors @ np.stack([head[label] for label in ("late", "back", "bill")], 1)).argmax(1)
            assert best.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert len(losses["warm"]) == 6
    assert losses["warm"][-1] < losses["cold"][-1] / 2


def test_a_start_is_where_training_begins(learned: tuple[Path, dict[str, Vectors]], tmp_path: Path) -> None:
    """Without a step to speak of, what comes out is what went in, labels that are gone aside."""
    still = replace(AGAIN, epochs=1, rate=0.0, head_rate=0.0, dropout=0.0)
    head = fine_tune(labelled(late=LATE, bill=BILL), tmp_path / "file", still, start=Start(*learned))
    assert sorted(head) == ["bill", "late"]
    np.testing.assert_allclose(head["late"], learned[1]["late"], rtol=1e-4, atol=1e-4)
    before, after = (encoded([CHINESE / "delta.safetensors", f]) for f in (learned[0], tmp_path / "file"))
    np.testing.assert_allclose(after, before, atol=1e-3)
    mean = encoded([CHINESE / "delta.safetensors", learned[0]], BILL).mean(0)
    np.testing.assert_allclose(head["bill"] / 20, mean / np.linalg.norm(mean), atol=1e-3)


def test_what_happens_is_told_step_by_step(tmp_path: Path) -> None:
    told: dict[int, dict[str, float]] = {}
    fine_tune(
        MESSAGES[2:6], tmp_path / "file", Recipe(epochs=2, batch=2),
        figures=lambda values, step: told.update({step: dict(values)}),
    )  # fmt: skip
    assert list(told) == [1, 2, 3, 4]
    assert all(set(values) == {"loss", "learning_rate", "seconds_per_step"} for values in told.values())
    assert told[1]["learning_rate"] == Recipe().rate
    assert told[4]["learning_rate"] < told[2]["learning_rate"]
    assert all(values["seconds_per_step"] > 0 for values in told.values())


def test_a_message_with_two_labels_counts_half_for_each() -> None:
    two = LabelledMessage("late, so I send it back", "en", ("late", "back"), 0.0, "two")
    outside = LabelledMessage("a poem", "en", (), 0.0, "poem")
    goals = Goals([MESSAGES[0], two, outside]).of([0, 1, 2]).tolist()  # columns: back, late, out_of_scope
    assert goals == [[0, 1, 0], [0.5, 0.5, 0], [0, 0, 1]]


def test_a_message_counts_as_much_as_it_weighs(tmp_path: Path) -> None:
    """One that weighs nothing teaches nothing: the label that it has by mistake is not believed."""
    margins = []
    for weight in (0.0, 1.0):
        mistaken = replace(MESSAGES[0], labels=("back",), weight=weight)
        file = tmp_path / str(weight)
        head = fine_tune([*MESSAGES[1:], mistaken], file, replace(RECIPE, epochs=6, dropout=0.0))
        (vector,) = encoded([CHINESE / "delta.safetensors", file], LATE[:1])
        margins.append(float(vector @ (head["late"] - head["back"])))
    assert margins[0] > 0 > margins[1]


def test_progress_ends_at_one(tmp_path: Path) -> None:
    shares: list[float] = []
    fine_tune(MESSAGES[2:6], tmp_path / "file", Recipe(epochs=2, batch=2), shares.append)
    assert shares == [0.25, 0.5, 0.75, 1.0]
