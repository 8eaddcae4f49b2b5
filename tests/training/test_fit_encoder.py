"""The recipe that teaches the encoder Chinese, on sixty made-up pairs; slow parts run once."""

import json
import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from retrieval.encoder import base_model_folder, extend_tokenizer
from training.fit_encoder import (
    SOURCES,
    Recipe,
    batches,
    characters_to_add,
    distillation_loss,
    first_rows,
    fit,
    read_pairs,
    retrieval_accuracy,
)  # fmt: skip

THINGS = {"lamp": "灯", "tent": "帐篷", "sofa": "沙发", "stove": "炉子", "rug": "地毯", "kettle": "水壶"}
DOINGS = {
    "return the {}": "退掉{}", "where is my {}": "我的{}在哪", "the {} is broken": "{}坏了",
    "cancel the {}": "取消{}",
    "a red {}": "红色的{}", "two of the {}": "两个{}", "I love this {}": "我喜欢这个{}",
    "no {} came": "没收到{}",
    "how big is the {}": "{}有多大", "send a new {}": "换一个新{}",
}  # fmt: skip
PAIRS = [(en.format(e), zh.format(z)) for en, zh in DOINGS.items() for e, z in THINGS.items()]
TINY = Recipe(epochs=1, batch=16, english=4, min_count=2, held_out=8, checkpoint_every=3)


def write(folder: Path, name: str, pairs: list[tuple[str, str]]) -> None:
    (folder / name).mkdir(parents=True)
    lines = [json.dumps({"en": en, "zh": zh}, ensure_ascii=False) for en, zh in pairs]
    (folder / name / "train.jsonl").write_text("\n".join(lines), "utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    whole = [name for name, share in SOURCES.items() if share == 1]
    for name in SOURCES:
        write(folder, name, PAIRS[whole.index(name) :: len(whole)] if name in whole else [])
    return folder


def test_all_pairs_of_all_folders_are_read(data: Path) -> None:
    assert sorted(read_pairs(data, seed=1)) == sorted(PAIRS)


def test_pairs_are_shuffled_by_the_seed(data: Path) -> None:
    assert read_pairs(data, seed=1) == read_pairs(data, seed=1) != read_pairs(data, seed=2)


def test_pairs_are_folded_and_distinct(tmp_path: Path) -> None:
    same = [
        ("A  lamp", "燈"),
        ("A lamp", "灯"),
        ("", "空"),
        ("empty", " "),
        ("long", "长" * 121),
        ("x" * 301, "短"),
    ]
    for name in SOURCES:
        write(tmp_path, name, same)
    assert read_pairs(tmp_path, seed=1) == [("A lamp", "灯")]


@pytest.mark.parametrize("missing", SOURCES)
def test_a_missing_folder_is_named(missing: str, tmp_path: Path) -> None:
    for name in SOURCES:
        if name != missing:
            write(tmp_path, name, PAIRS[:1])
    with pytest.raises(FileNotFoundError, match=rf"{missing} is missing\. --data must hold"):
        read_pairs(tmp_path, seed=1)


def test_characters_that_are_frequent_and_unknown_are_added() -> None:
    base = extend_tokenizer(base_model_folder(), [])
    texts = ["帐篷和帐篷", "帐 abc 一一一", "\u3000\u3000\u3000"]
    assert characters_to_add(texts, base, 3) == [
        "帐"
    ]  # 篷 comes twice, 一 is known, the rest are no characters


def test_first_rows_by_hand() -> None:
    """帐 goes with `tent` in each of its pairs, so it starts as the row of `tent`."""
    base = extend_tokenizer(base_model_folder(), [])
    student = extend_tokenizer(base_model_folder(), ["帐", "囧"])
    pairs = [("tent", "帐"), ("tent", "帐"), ("tent", "帐"), ("lamp", "x"), ("sofa", "y"), ("lamp", "囧")]
    rows = torch.eye(base.get_vocab_size(), 8) + torch.arange(base.get_vocab_size())[:, None]
    start = first_rows(pairs, base, student, rows)
    assert start.shape == (2, 8)
    assert torch.allclose(start[0], rows[base.token_to_id("tent")])
    assert torch.allclose(start[1], rows.mean(0))  # seen once, which says nothing


@pytest.mark.parametrize("size", [4, 7, 64])
def test_batches_have_every_row_once(size: int) -> None:
    lengths = [n * 37 % 23 + 1 for n in range(200)]
    found = list(batches(lengths, size, random.Random(1)))
    assert sorted(i for group in found for i in group) == list(range(200))
    assert [len(group) for group in found].count(size) == 200 // size


def test_rows_of_a_batch_are_of_like_length() -> None:
    lengths = [n % 10 * 10 for n in range(100)]
    found = list(batches(lengths, 10, random.Random(1)))
    assert all(len({lengths[i] for i in group}) == 1 for group in found)


def test_a_batch_of_one_is_left_out() -> None:
    """There is nothing to tell its only row from."""
    assert [len(g) for g in batches([1] * 9, 4, random.Random(1))] == [4, 4]


def test_the_order_of_batches_is_that_of_the_seed() -> None:
    lengths = [n * 37 % 23 + 1 for n in range(64)]
    once, again, other = (list(batches(lengths, 4, random.Random(seed))) for seed in (1, 1, 2))
    assert once == again != other


def test_retrieval_accuracy_by_hand() -> None:
    teacher = torch.eye(4)
    assert retrieval_accuracy(teacher, teacher) == 1.0
    assert retrieval_accuracy(teacher[[0, 1, 3, 2]], teacher) == 0.5


def test_the_loss_by_hand() -> None:
    """Where all vectors are as they should be only the contrast is left."""
    same = torch.eye(2)
    recipe = Recipe(temperature=1.0)
    contrast = 0.2 * torch.log(1 + torch.exp(torch.tensor(-1.0)))
    assert torch.allclose(distillation_loss(same, same, same, same, recipe), contrast)
    turned = distillation_loss(same, same, same.flip(0), same, recipe)
    assert torch.allclose(turned, contrast + 2)  # English is held with weight 2, cosine 0


# the whole recipe


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    fit(data, out, TINY, "cpu")
    return out


@pytest.fixture(scope="module")
def weights(run: Path) -> dict[str, torch.Tensor]:
    return dict(torch.load(run / "student.pt")["model"])


def test_going_on_from_a_checkpoint_gives_the_weights_of_one_go(
    run: Path, weights: dict[str, torch.Tensor], data: Path
) -> None:
    """Four steps with a checkpoint after the third: the second run makes only the last step."""
    assert torch.load(run / "checkpoint.pt")["step"] == 3
    (run / "student.pt").unlink()
    fit(data, run, TINY, "cpu")
    resumed = torch.load(run / "student.pt")["model"]
    assert [
        name for name, value in weights.items() if not torch.allclose(resumed[name], value, atol=1e-6)
    ] == []


def test_old_rows_stay_and_new_rows_learn(weights: dict[str, torch.Tensor], run: Path) -> None:
    name = "embeddings.word_embeddings.weight"
    before = load_file(base_model_folder() / "model.safetensors")[name].float()
    after = weights[name]
    assert torch.equal(after[: len(before)], before)
    assert len(after) == len(before) + len(torch.load(run / "student.pt")["added"])


def test_the_figures_are_kept_beside_the_recipe(run: Path) -> None:
    kept = json.loads((run / "recipe.json").read_text())
    assert kept["pairs"] == len(PAIRS) - TINY.held_out
    assert kept["recipe"]["batch"] == 16
    assert set(kept["held_out"]) == {"zh_to_en", "en_to_zh", "english_cosine"}
    assert kept["held_out"]["english_cosine"] > 0.9
