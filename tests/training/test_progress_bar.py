"""The bar of what takes minutes."""

import pytest

from training.progress_bar import progress_bar


def test_the_bar_is_on_stderr_and_says_what_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Baking") as report:
        report(0.25, "kneading")
        report(0.75, "waiting")
    out, err = capsys.readouterr()
    assert out == ""
    assert all(part in err for part in ("Baking", "75%", "waiting"))


def test_nothing_shows_before_anything_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Baking"):
        pass
    assert capsys.readouterr().err.strip() == ""


def test_an_error_goes_through(capsys: pytest.CaptureFixture[str]) -> None:
    def bake() -> None:
        with progress_bar("Baking") as report:
            report(0.5, "baking")
            raise ValueError("burnt")

    with pytest.raises(ValueError, match="burnt"):
        bake()
    assert "50%" in capsys.readouterr().err
