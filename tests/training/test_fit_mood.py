"""The mood is learned from labelled messages, and measured on those that were held out."""

import numpy as np
import pytest

from bot.classifier import Floats
from training.examples import LabelledMessage
from training.fit_features import fit_features
from training.fit_head import Examples
from training.fit_mood import LEAST, Mood, fit_mood, mood_figures

TASKS = ("the refund", "my parcel", "the lamp", "this tent", "an invoice", "the courier", "my account")
CALM = (
    "could you look at",
    "where is",
    "how do I change",
    "please tell me about",
    "thanks for",
    "what about",
)
CROSS = (
    "this is awful, fix",
    "i am fed up with",
    "so disappointed by",
    "what a mess with",
    "terrible,",
    "angry at",
)


def messages(negative: int, other: int) -> list[LabelledMessage]:
    """Return messages of both kinds on the same matters; each is a dialogue of its own."""

    def texts(starts: tuple[str, ...], count: int) -> list[str]:
        return [f"{starts[n % 6]} {TASKS[n % 7]} {n % 5}" for n in range(count)]

    both = [(t, -0.5 if n % 2 else -1.0) for n, t in enumerate(texts(CROSS, negative))]
    both += [(t, 0.0 if n % 3 else 0.8) for n, t in enumerate(texts(CALM, other))]
    return [LabelledMessage(t, "en", (), mood, f"d{n}") for n, (t, mood) in enumerate(both)]


def fit(given: list[LabelledMessage]) -> tuple[Mood, Examples]:
    texts = [m.text for m in given]
    rows = fit_features(texts)(texts)
    vectors = np.random.default_rng(0).normal(size=(len(given), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    examples = Examples(given, rows, vectors, ("out_of_scope",))
    return fit_mood(examples), examples


def margins(mood: Mood, examples: Examples) -> Floats:
    terms = examples.rows.shape[1]
    weights = mood.weights
    return np.asarray(examples.rows @ weights[:terms] + examples.vectors @ weights[terms:-1] + weights[-1])


@pytest.mark.parametrize(("negative", "other"), [(100, 100), (60, 400), (LEAST - 1, 60)])
def test_negative_messages_lie_below_the_border(negative: int, other: int) -> None:
    mood, examples = fit(messages(negative, other))
    wanted = np.array([m.mood < 0 for m in examples.messages])
    assert ((margins(mood, examples) < 0) == wanted).mean() > 0.95
    assert len(mood.weights) == examples.rows.shape[1] + 8 + 1


def test_held_out_figures_are_of_what_was_not_seen() -> None:
    """Moods that follow nothing can be learned by heart, but not predicted."""
    chance = np.random.default_rng(1)
    given = [
        LabelledMessage(
            f"{n * 7919 % 997} {n * 104_729 % 991}", "en", (), float(chance.choice([-1.0, 0.0])), f"d{n}"
        )
        for n in range(200)
    ]
    mood, _ = fit(given)
    assert mood.figures["en"].mood_right < 0.65


def test_what_can_be_told_is_told_of_held_out_messages() -> None:
    mood, _ = fit(messages(100, 200))
    assert mood.figures["en"].mood_right > 0.9
    assert mood.figures["en"].negative_found > 0.85


def test_the_border_rather_calls_one_too_many_unhappy() -> None:
    """Of messages that sound alike one in three is negative: at half and half few of them would be found."""
    some = np.random.default_rng(2).permutation(120) < 40
    doubtful = [
        LabelledMessage(f"any news about {TASKS[n % 7]} {n % 5}", "en", (), -0.5 if some[n] else 0.0, f"q{n}")
        for n in range(120)
    ]
    mood, examples = fit([*messages(60, 220), *doubtful])
    assert (margins(mood, examples)[-120:] < 0).mean() > 0.6
    assert (margins(mood, examples)[60:280] < 0).mean() < 0.05


def test_a_history_without_moods_says_nothing() -> None:
    mood, examples = fit(messages(0, 100))
    assert not mood.weights.any()
    assert not margins(mood, examples).any()
    assert mood.figures == {}


def test_figures_by_hand() -> None:
    found = np.array([True, True, False, False, False])
    negative = np.array([True, False, True, True, False])
    figures = mood_figures(found, negative)
    assert (figures.mood_right, figures.negative_found) == (pytest.approx(2 / 5), pytest.approx(1 / 3))
