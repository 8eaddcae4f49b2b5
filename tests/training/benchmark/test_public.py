"""The public sets, small ones of the same shape: measured once, kept, and written into a page."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from training.benchmark.__main__ import main
from training.benchmark.measured import PEERS, SYSTEMS
from training.benchmark.page import page
from training.benchmark.public import PAGE, parser
from training.benchmark.public_sets import SETS
from training.benchmark.published import PUBLISHED, SOURCES
from training.benchmark.split import Message, Split


@pytest.fixture
def data(split: Split, tmp_path: Path) -> Path:
    """HWU64's folder, with three intents and as many test as validation messages."""
    folder = tmp_path / "data" / "hwu64"
    folder.mkdir(parents=True)

    def write(name: str, messages: tuple[Message, ...]) -> None:
        rows = [{"text": m.text, "intent": m.intent} for m in messages if m.intent]
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    write("train.jsonl", split.train)
    write("valid.jsonl", split.test)
    write("test.jsonl", split.test)
    return tmp_path / "data"


def test_what_is_measured_is_kept_and_written(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, page = tmp_path / "out", tmp_path / "docs" / "benchmarks.md"
    arguments = ["public", "--data", str(data), "--only", "hwu64", "--out", str(out), "--page", str(page),
                 "--systems", "frontdesk"]  # fmt: skip
    main(arguments)
    file = out / "hwu64--frontdesk-full.json"
    assert [f.name for f in out.iterdir()] == [file.name]
    kept = json.loads(file.read_text("utf-8"))
    assert kept["figures"]["accuracy"] > 0.7
    assert "**Frontdesk, full recipe**" in page.read_text("utf-8")
    assert "There are 18 messages for thresholds, fewer than 200" in page.read_text("utf-8")

    capsys.readouterr()
    kept["figures"]["accuracy"] = 0.12345
    file.write_text(json.dumps(kept), "utf-8")
    main(arguments)  # goes on where it was: nothing is left to measure
    assert "hwu64--frontdesk-full: measured already" in capsys.readouterr().err
    assert "12.3 %" in page.read_text("utf-8")

    kept["key"]["code"] = "older"
    file.write_text(json.dumps(kept), "utf-8")
    main(arguments)  # other code: measured again
    assert "measured already" not in capsys.readouterr().err
    assert json.loads(file.read_text("utf-8"))["figures"]["accuracy"] > 0.7


@pytest.mark.parametrize(("only", "missing"), [("banking77", "banking77"), ("encoder", "eval_lcqmc")])
def test_a_missing_folder_is_said_before_anything_is_measured(
    only: str, missing: str, data: Path, tmp_path: Path
) -> None:
    arguments = ["public", "--data", str(data), "--only", f"hwu64,{only}", "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit, match=f"frontdesk: .*{missing} is missing; --data .* must be the folder"):
        main(arguments)
    assert not (tmp_path / "out").exists()


def test_a_part_is_measured_alone_and_added_to_what_was_kept(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures lie beside the page; what others kept there is neither measured again nor lost."""
    out, page = tmp_path / "docs" / "benchmarks", tmp_path / "docs" / "benchmarks.md"
    arguments = ["public", "--data", str(data), "--only", "hwu64,encoder", "--page", str(page)]
    main([*arguments, "--systems", "tfidf_svm", "--busy"])
    (file,) = out.iterdir()
    kept = json.loads(file.read_text("utf-8"))
    assert (file.name, kept["busy"]) == ("hwu64--tfidf_svm.json", True)
    ours = {**kept, "title": "Frontdesk", "figures": {**kept["figures"], "accuracy": 0.12345}}
    ours["key"] = {**kept["key"], "system": "frontdesk", "code": "older"}
    ours["key"]["settings"] = {"encoder": None, "max_wrong": 0.05, "recipe": "full", "seed": 20}
    (out / "hwu64--frontdesk-full.json").write_text(json.dumps(ours), "utf-8")

    capsys.readouterr()
    main([*arguments, "--systems", "tfidf_svm"])
    assert "hwu64--tfidf_svm: measured already" in capsys.readouterr().err
    assert json.loads((out / "hwu64--frontdesk-full.json").read_text("utf-8")) == ours
    text = page.read_text("utf-8")
    assert "| **Frontdesk, full recipe** † | 12.3 % |" in text
    assert "| TF-IDF + linear SVM |" in text


def test_peers_stands_for_all_but_frontdesk(data: Path) -> None:
    args = parser().parse_args(["--data", str(data), "--systems", "peers"])
    assert args.systems == PEERS == ("tfidf_svm", "minilm", "setfit")
    assert parser().parse_args(["--data", str(data)]).systems == ("frontdesk", *PEERS)


@pytest.mark.parametrize(
    ("only", "systems", "said"),
    [
        ("hwu64", "oracle,minilm", "oracle is none of frontdesk, tfidf_svm, minilm, setfit or peers"),
        ("encoder", "peers", "the encoder is Frontdesk's, and --systems leaves that out"),
    ],
)
def test_systems_that_cannot_be_measured_are_said(
    only: str, systems: str, said: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["public", "--data", str(data), "--only", only, "--systems", systems])
    assert said in capsys.readouterr().err


def test_what_a_page_needs_must_be_installed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose rows depend on what happens to be installed would lose some unseen."""
    lacking = replace(SYSTEMS["minilm"], needs=("module_of_no_package",))
    monkeypatch.setitem(SYSTEMS, "minilm", lacking)
    with pytest.raises(SystemExit, match=r"logistic regression: module_of_no_package not installed"):
        main(["public", "--data", str(data), "--only", "hwu64", "--page", str(tmp_path / "page.md")])
    assert not (tmp_path / "page.md").exists()


def test_the_page_in_docs_is_written_of_what_is_kept_beside_it() -> None:
    kept = [json.loads(file.read_text("utf-8")) for file in sorted(PAGE.with_suffix("").glob("*--*.json"))]
    always = {(name, system) for name in SETS for system in ("frontdesk", "tfidf_svm", "minilm")}
    assert {(k["key"]["set"], k["key"]["system"]) for k in kept} >= always
    written = PAGE.read_text("utf-8")
    code = re.search(r"; code (\w+)\.", written)
    assert code
    assert page(kept, code[1]) == written


def test_an_unknown_set_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["public", "--data", str(data), "--only", "hwu64,mnist"])
    assert "mnist is none of banking77, banking77-10, clinc150" in capsys.readouterr().err


def test_published_figures_are_of_sets_that_are_measured() -> None:
    assert {paper.set for paper in PUBLISHED} == set(SETS)
    assert {paper.source for paper in PUBLISHED} == set(SOURCES)
    assert all(0 < value < 1 for paper in PUBLISHED for value in paper.figures.values())
