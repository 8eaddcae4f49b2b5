"""The recipe that teaches the encoder Chinese, on sixty made-up pairs; slow parts run once."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from retrieval.bundled_encoder import ROWS, base_model_folder
from retrieval.wordpieces import SHARED
from training.fit_encoder import (
    HELD_OUT,
    Recipe,
    batches,
    distillation_loss,
    fit,
    plan_steps,
    retrieval_accuracy,
)  # fmt: skip
from training.parallel import SOURCES

THINGS = {"lamp": "灯", "tent": "帐篷", "sofa": "沙发", "stove": "炉子", "rug": "地毯", "kettle": "水壶"}
DOINGS = {
    "return the {}": "退掉{}", "where is my {}": "我的{}在哪", "the {} is broken": "{}坏了",
    "cancel the {}": "取消{}",
    "a red {}": "红色的{}", "two of the {}": "两个{}", "I love this {}": "我喜欢这个{}",
    "no {} came": "没收到{}",
    "how big is the {}": "{}有多大", "send a new {}": "换一个新{}",
}  # fmt: skip
PAIRS = [(en.format(e), zh.format(z)) for en, zh in DOINGS.items() for e, z in THINGS.items()]
TINY = Recipe(epochs=1, batch=16, english=4, min_characters=2, min_words=2, held_out=8, checkpoint_every=3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty pairs in the folders that are used whole, and an empty file of our own."""
    folder = tmp_path_factory.mktemp("data")
    whole = [name for name, share in SOURCES.items() if share == 1]
    for name in SOURCES:
        (folder / name).mkdir()
        pairs = PAIRS[whole.index(name) :: len(whole)] if name in whole else []
        lines = [json.dumps({"en": en, "zh": zh}, ensure_ascii=False) for en, zh in pairs]
        (folder / name / "train.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "own.jsonl").touch()
    return folder


def test_a_plan_is_that_of_its_seed_and_has_each_pair_as_often_as_its_share() -> None:
    recipe = Recipe(epochs=2, batch=4, english=2, spelled=0.5)
    shares, lengths = [1.0] * 10 + [2.0] * 2 + [0.0] * 4, [n % 5 + 3 for n in range(16)]
    plan = plan_steps(shares, lengths, recipe)
    assert plan == plan_steps(shares, lengths, recipe)
    seen = sorted(row for step in plan for row in step.chinese)
    assert len(seen) == 2 * 14  # 14 in each epoch: three batches of four and one of two
    assert [seen.count(row) for row in (0, 10, 12)] == [2, 4, 0]
    assert {len(step.english) for step in plan} == {2}
    assert {flag for step in plan for flag in step.spelled} == {True, False}


@pytest.mark.parametrize("size", [4, 7, 64])
def test_batches_have_every_row_once(size: int) -> None:
    lengths = [n * 37 % 23 + 1 for n in range(200)]
    found = list(batches(list(range(200)), lengths, size, random.Random(1)))
    assert sorted(i for group in found for i in group) == list(range(200))
    assert [len(group) for group in found].count(size) == 200 // size


def test_rows_of_a_batch_are_of_like_length() -> None:
    lengths = [n % 10 * 10 for n in range(100)]
    found = list(batches(list(range(100)), lengths, 10, random.Random(1)))
    assert all(len({lengths[i] for i in group}) == 1 for group in found)


def test_a_batch_of_one_is_left_out() -> None:
    """There is nothing to tell its only row from."""
    assert [len(g) for g in batches(list(range(9)), [1] * 9, 4, random.Random(1))] == [4, 4]


def test_the_order_of_batches_is_that_of_the_seed() -> None:
    lengths = [n * 37 % 23 + 1 for n in range(64)]
    once, again, other = (
        list(batches(list(range(64)), lengths, 4, random.Random(seed))) for seed in (1, 1, 2)
    )
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
    assert torch.allclose(turned, contrast + 3)  # English is held with weight 3, cosine 0


# the whole recipe


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    fit(data, out, TINY, "cpu", own=[data / "own.jsonl"])
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
    fit(data, run, TINY, "cpu", own=[data / "own.jsonl"])
    resumed = torch.load(run / "student.pt")["model"]
    assert [
        name for name, value in weights.items() if not torch.allclose(resumed[name], value, atol=1e-6)
    ] == []


def test_old_rows_stay_and_new_rows_learn(weights: dict[str, torch.Tensor], run: Path) -> None:
    before = load_file(base_model_folder() / "model.safetensors")[ROWS].float()
    after = weights[ROWS]
    assert torch.equal(after[: len(before)], before)
    assert len(after) == len(before) + len(torch.load(run / "student.pt")["added"])


def test_the_figures_are_kept_beside_the_recipe(run: Path) -> None:
    kept = json.loads((run / "recipe.json").read_text())
    assert kept["pairs"] == len(PAIRS) - TINY.held_out
    assert kept["recipe"]["batch"] == 16
    assert set(kept["held_out"]) == {"zh_to_en", "en_to_zh", "chinese_cosine", "english_cosine"}
    assert kept["held_out"]["english_cosine"] > 0.9


def test_the_added_tokens_are_kept_with_the_weights_and_the_curve_is_drawn(run: Path) -> None:
    added = torch.load(run / "student.pt")["added"]
    assert {"灯", "帐篷"} <= set(added)
    assert added[-len(SHARED) :] == SHARED
    assert (run / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_goes_on_from_another_with_its_weights_and_its_held_out_pairs(
    run: Path, weights: dict[str, torch.Tensor], data: Path, tmp_path: Path
) -> None:
    """With a learning rate of nothing, what comes out is what went in; a new token has a row of its own."""
    own = tmp_path / "more.jsonl"
    own.write_text(
        '{"en": "an umbrella", "zh": "雨伞"}\n{"en": "two umbrellas", "zh": "两把雨伞"}\n', "utf-8"
    )
    still = replace(TINY, lr_rows=0.0, lr_rest=0.0)
    fit(data, tmp_path / "next", still, "cpu", start=run, own=[own])
    after = torch.load(tmp_path / "next" / "student.pt")
    before = torch.load(run / "student.pt")["added"]
    assert "雨伞" in after["added"]
    assert "雨伞" not in before
    size = len(weights[ROWS]) - len(before)
    for token in ("灯", "帐篷", SHARED[7]):
        old, new = (
            weights[ROWS][size + before.index(token)],
            after["model"][ROWS][size + after["added"].index(token)],
        )
        assert torch.equal(old, new), token
    name = "encoder.layer.3.output.dense.weight"
    assert torch.equal(after["model"][name], weights[name])
    assert set((tmp_path / "next" / HELD_OUT).read_text().split()) == set(
        (run / HELD_OUT).read_text().split()
    )
