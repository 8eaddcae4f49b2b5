"""What a history is given: fine-tuning where it is long enough, the encoder as it is where not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.bundled_encoder import TUNED
from retrieval.encoder import Vectors
from tests.training.test_fit_intent import INTENTS, history
from training import fine_tune, fit_recognizer
from training.examples import History, LabelledMessage
from training.fit_intent import is_held_back

SHORT = History(INTENTS, [*history("en"), *history("zh")])


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[LabelledMessage]:
    """Collect what fine-tuning is given, in a run of few steps, and call every history long enough."""
    given: list[LabelledMessage] = []
    tune = fine_tune.fine_tune

    def briefly(messages: Sequence[LabelledMessage], out: Path, progress: object) -> dict[str, Vectors]:
        given.extend(messages)
        return tune(messages[:16], out, fine_tune.Recipe(epochs=1))

    monkeypatch.setattr(fine_tune, "fine_tune", briefly)
    monkeypatch.setattr(fit_recognizer, "TOO_FEW", 5)
    return given


def test_a_short_history_is_not_tuned_on(tmp_path: Path) -> None:
    found = fit_recognizer.fit_recognizer(SHORT, tmp_path / "encoder")
    assert not (tmp_path / "encoder" / TUNED).exists()
    assert len(found.held_out.truth) == len(SHORT.messages)


def test_what_is_held_back_is_not_tuned_on(learned: list[LabelledMessage], tmp_path: Path) -> None:
    found = fit_recognizer.fit_recognizer(SHORT, tmp_path / "encoder")
    held_back = [m for m in SHORT.messages if is_held_back(m)]
    assert 0 < len(held_back) < len(SHORT.messages) / 4
    assert not set(learned) & set(held_back)
    assert len(learned) == len(SHORT.messages) - len(held_back)
    assert len(found.held_out.truth) == len(held_back)
    assert (tmp_path / "encoder" / TUNED).exists()


def test_background_stands_for_what_a_long_history_lacks(
    learned: list[LabelledMessage], tmp_path: Path
) -> None:
    inside = replace(SHORT, messages=[m for m in SHORT.messages if m.labels and m.language == "en"])
    found = fit_recognizer.fit_recognizer(replace(inside, messages=inside.messages * 2), tmp_path / "encoder")
    assert not found.held_out.inside.all()
    assert {m.language for m in learned if not m.labels} == {"en"}


def test_without_tune_the_encoder_stays(learned: list[LabelledMessage], tmp_path: Path) -> None:
    fit_recognizer.fit_recognizer(SHORT, tmp_path / "encoder", tune=False)
    assert not learned
    assert not (tmp_path / "encoder" / TUNED).exists()
