"""What a history is given: fine-tuning where it is long enough, the encoder as it is where not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from data.release.release import Release
from retrieval.bundled_encoder import TUNED
from retrieval.encoder import Vectors
from tests.training.test_fit_intent import INTENTS, history
from training import fine_tune, fit_recognizer
from training.examples import History, LabelledMessage
from training.held_back import held_back
from training.recipe import COLD, WARM, Recipe
from training.warm_start import BASE, start_of, tuning_after

recipes: list[Recipe] = []  # that fine-tuning was given
SHORT = History(INTENTS, [*history("en"), *history("zh")])


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[LabelledMessage]:
    """Collect what fine-tuning is given, in a run of few steps, and call every history long enough."""
    given: list[LabelledMessage] = []
    recipes.clear()
    tune = fine_tune.fine_tune

    def briefly(
        messages: Sequence[LabelledMessage], out: Path, recipe: Recipe, *others: Any
    ) -> dict[str, Vectors]:
        given.extend(messages)
        recipes.append(recipe)
        return tune(messages[:16], out, Recipe(epochs=1), *others)

    monkeypatch.setattr(fine_tune, "fine_tune", briefly)
    monkeypatch.setattr(fit_recognizer, "TOO_FEW", 5)
    monkeypatch.setattr(fit_recognizer, "LEAST", 20)
    monkeypatch.setattr(fit_recognizer, "FEW_OUTSIDE", 1)
    return given


def test_a_short_history_is_not_tuned_on(tmp_path: Path) -> None:
    found = fit_recognizer.fit_recognizer(SHORT, tmp_path / "encoder")
    assert not (tmp_path / "encoder" / TUNED).exists()
    assert len(found.held_out.truth) == len(SHORT.messages)


def test_what_is_held_back_is_not_tuned_on(learned: list[LabelledMessage], tmp_path: Path) -> None:
    found = fit_recognizer.fit_recognizer(SHORT, tmp_path / "encoder")
    back = [m for m, b in zip(SHORT.messages, held_back(SHORT), strict=True) if b]
    assert 0 < len(back) < len(SHORT.messages) / 3
    assert not set(learned) & set(back)
    assert len(learned) == len(SHORT.messages) - len(back)
    assert len(found.held_out.truth) == len(back)
    assert (tmp_path / "encoder" / TUNED).exists()


def test_everything_is_tuned_on_where_a_sample_is_enough(
    learned: list[LabelledMessage], tmp_path: Path
) -> None:
    again = [replace(m, dialogue=f"s-{m.dialogue}") for m in SHORT.messages]
    found = fit_recognizer.fit_recognizer(replace(SHORT, sample=again * 5), tmp_path / "encoder")
    assert learned == list(SHORT.messages)
    assert len(found.held_out.truth) == 5 * len(again)


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


def test_a_tuned_release_is_what_the_next_one_starts_from(
    learned: list[LabelledMessage], tmp_path: Path
) -> None:
    found = fit_recognizer.fit_recognizer(SHORT, tmp_path / "encoder")
    found.classifier.save(tmp_path / "classifier")
    start = start_of(Release(tmp_path, "r1", "", {}))
    assert start is not None
    dense = dict(zip(found.classifier.labels, found.classifier.head.dense.T, strict=True))
    assert set(start.head) == {m.label for m in learned[:16]}
    for label, weights in start.head.items():
        np.testing.assert_array_equal(weights, dense[label])
    told: list[int] = []
    fit_recognizer.fit_recognizer(
        SHORT, tmp_path / "again", start=start, figures=lambda values, step: told.append(step)
    )
    assert recipes == [COLD, WARM]
    assert told == [1]
    live = Release(tmp_path, "r1", "", {"tuned": True, "seconds_tuning": 100.0})
    assert tuning_after(live, None, 131.0, erased=True) == (True, None)
    tune, onward = tuning_after(live, None, 129.0, erased=False)
    assert (tune, onward and onward.changes) == (True, start.changes)
    assert tuning_after(live, None, 129.0, erased=True) == (False, None)  # it knows what was erased
    assert tuning_after(live, False, 131.0, erased=False) == (False, None)
    save_file(load_file(start.changes), start.changes, {BASE: "another encoder"})
    assert start_of(Release(tmp_path, "r1", "", {})) is None
    start.changes.unlink()
    assert start_of(Release(tmp_path, "r1", "", {})) is None
