"""The code version is of what measuring depends on, and of nothing else."""

from pathlib import Path

from training.benchmark.code_version import MEASURING, ROOT, code_version, digest, sources


def names() -> set[str]:
    return {str(file.relative_to(ROOT)) for file in sources(MEASURING)}


def test_what_measuring_depends_on_counts() -> None:
    assert {
        "bot/classifier.py", "retrieval/encoder.py", "data/fold.py", "training/fit_intent.py",
        "training/calibrate.py", "training/benchmark/measures.py", "training/benchmark/peers.py",
    } <= names()  # fmt: skip


def test_pages_and_reports_do_not_count() -> None:
    written = {"report.py", "charts.py", "page.py", "public.py", "command.py", "folder.py", "published.py"}
    assert not {f"training/benchmark/{name}" for name in written} & names()


def test_the_version_is_steady() -> None:
    assert code_version() == code_version()
    assert len(code_version()) == 16


def test_a_digest_is_of_contents_in_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("2")
    assert digest([first, second]) == digest([first, second]) != digest([second, first])
    before = digest([first])
    first.write_text("3")
    assert digest([first]) != before
