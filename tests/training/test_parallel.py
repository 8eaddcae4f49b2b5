"""Parallel sentences are read from their folders, folded, and drawn by their share."""

import json
import random
from pathlib import Path

import pytest

from training.parallel import OWN, OWN_SHARE, SOURCES, drawn, read_pairs

HELLO = ("Hello.", "你好。")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Each folder with one pair of its own, and one pair of ours."""
    for number, name in enumerate(SOURCES):
        write(tmp_path / name / "all.jsonl", [(f"number {number}", f"第{number}个")])
    write(tmp_path / "own.jsonl", [HELLO])
    return tmp_path


def write(file: Path, pairs: list[tuple[str, str]]) -> None:
    file.parent.mkdir(exist_ok=True)
    lines = [json.dumps({"en": en, "zh": zh}, ensure_ascii=False) for en, zh in pairs]
    file.write_text("\n".join(lines), "utf-8")


def test_all_folders_and_our_own_are_read_with_their_shares(data: Path) -> None:
    shares = {(p.english, p.chinese): p.share for p in read_pairs(data, 1, [data / "own.jsonl"])}
    assert shares[HELLO] == OWN_SHARE
    assert shares == {HELLO: OWN_SHARE} | {
        (f"number {n}", f"第{n}个"): share for n, share in enumerate(SOURCES.values())
    }


def test_pairs_are_shuffled_by_the_seed(data: Path) -> None:
    one, again, other = (read_pairs(data, seed, [data / "own.jsonl"]) for seed in (1, 1, 2))
    assert one == again != other


def test_pairs_are_folded_and_distinct_and_not_too_long(data: Path) -> None:
    odd = [("A  lamp", "燈"), ("A lamp", "灯"), ("A light", "灯"), ("", "空"), ("x", " "), ("y", "长" * 81)]
    write(data / "own.jsonl", [*odd, ("z" * 261, "短")])
    found = [(p.english, p.chinese) for p in read_pairs(data, 1, [data / "own.jsonl"])]
    assert sorted(pair for pair in found if not pair[0].startswith("number")) == [
        ("A lamp", "灯"), ("A light", "灯")
    ]  # fmt: skip


@pytest.mark.parametrize("missing", SOURCES)
def test_a_missing_folder_is_named(missing: str, data: Path) -> None:
    (data / missing / "all.jsonl").unlink()
    (data / missing).rmdir()
    with pytest.raises(FileNotFoundError, match=rf"{missing} is missing\. --data must hold"):
        read_pairs(data, 1, [data / "own.jsonl"])


def test_an_epoch_has_each_pair_as_often_as_its_share_says() -> None:
    rows = drawn([0.0, 1.0, 2.0, *[0.3] * 1000], random.Random(1))
    assert [rows.count(row) for row in (0, 1, 2)] == [0, 1, 2]
    assert 250 < len([row for row in rows if row > 2]) < 350


def test_our_own_pairs_are_whole_and_in_their_languages() -> None:
    rows = [json.loads(line) for file in OWN for line in file.read_text("utf-8").splitlines()]
    assert len(rows) > 5000
    assert all(row["en"].strip() and row["zh"].strip() and set(row) == {"en", "zh"} for row in rows)
    chinese = [any("\u4e00" <= c <= "\u9fff" for c in row["zh"]) for row in rows]
    assert sum(chinese) > 0.98 * len(rows)
