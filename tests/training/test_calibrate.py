"""Temperature, thresholds and the calibration error, on data whose right answer is known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.classifier import Floats, Thresholds, softmax
from training.calibrate import (
    FEW_OUTSIDE,
    MAX_REFUSED,
    STAND_IN,
    TOO_FEW,
    HeldOut,
    expected_calibration_error,
    fit_thresholds,
)  # fmt: skip

LABELS = ("a", "b", "c", "d", "e", "out_of_scope")


def synthetic(temperature: float = 1.0, n: int = 20_000, language: str = "en", seed: int = 0) -> HeldOut:
    """Return messages whose labels are drawn from softmax(margins / temperature), a fifth out of scope.

    The gate is right about most: in scope mostly above 0.6, out of scope mostly below.
    """
    chance = np.random.default_rng(seed)
    logits = chance.normal(0, 3, size=(n, len(LABELS) - 1))
    drawn = (softmax(logits.astype(np.float32)).cumsum(1) > chance.random((n, 1))).argmax(1)
    outside = chance.random(n) < 0.2
    in_scope = np.where(outside, chance.beta(2, 6, n), chance.beta(9, 2, n))
    truth = [set() if out else {LABELS[label]} for out, label in zip(outside, drawn, strict=True)]
    margins = (logits * temperature).astype(np.float32)
    return HeldOut(LABELS, np.full(n, language), truth, margins, in_scope.astype(np.float32))


def both(one: HeldOut, other: HeldOut) -> HeldOut:
    return HeldOut(
        LABELS,
        np.append(one.languages, other.languages),
        [*one.truth, *other.truth],
        np.vstack([one.margins, other.margins]),
        np.append(one.in_scope, other.in_scope),
        one.stand_ins | other.stand_ins,
    )


def confidence_of(held_out: HeldOut, fitted: Thresholds) -> Floats:
    return np.asarray(softmax(held_out.margins / fitted.temperature).max(1) * held_out.in_scope)


def tiny(truth: Sequence[set[str]]) -> HeldOut:
    margins = np.array([[2, 1, 0, 0, 0], [0, 3, 1, 0, 0], [1, 0, 0, 0, 2]], np.float32)
    return HeldOut(
        LABELS, np.array(["en", "zh", "en"]), truth, margins, np.array([0.9, 0.8, 0.7], np.float32)
    )


@pytest.mark.parametrize("temperature", [0.2, 0.5, 1.0, 3.0])
def test_the_temperature_that_the_data_has_is_found(temperature: float) -> None:
    fitted = fit_thresholds(synthetic(temperature), 0.05)["en"]
    assert fitted.temperature == pytest.approx(temperature, rel=0.05)


@pytest.mark.parametrize("temperature", [0.2, 3.0])
def test_at_the_found_temperature_confidence_is_calibrated(temperature: float) -> None:
    held_out = synthetic(temperature)
    inside = held_out.inside
    found = fit_thresholds(held_out, 0.05)["en"].temperature

    def error(at: float) -> float:
        return expected_calibration_error(
            softmax(held_out.margins[inside] / at).max(1), held_out.right[inside]
        )

    assert error(found) < 0.02 < 0.05 < error(1.0)


def refused_shares(held_out: HeldOut, below: float) -> tuple[float, float]:
    """Return the shares of in-scope and of out-of-scope messages under a limit."""
    refused = held_out.in_scope < below
    return float(refused[held_out.inside].mean()), float(refused[~held_out.inside].mean())


def test_at_most_one_in_twenty_in_scope_messages_is_refused() -> None:
    held_out = synthetic()
    assert refused_shares(held_out, fit_thresholds(held_out, 0.05)["en"].refuse_below)[0] <= MAX_REFUSED


def test_no_allowed_limit_tells_out_of_scope_better_by_more_than_chance() -> None:
    held_out = synthetic(n=2000)
    shares = [refused_shares(held_out, limit) for limit in held_out.in_scope[held_out.inside]]
    best, share = max((caught - lost, caught) for lost, caught in shares if lost <= MAX_REFUSED)
    error = np.sqrt(share * (1 - share) / (~held_out.inside).sum())
    lost, caught = refused_shares(held_out, fit_thresholds(held_out, 0.05)["en"].refuse_below)
    assert best - error - 1e-9 <= caught - lost <= best + 1e-9


def test_where_in_and_out_of_scope_lie_apart_none_is_refused_wrongly() -> None:
    held_out = synthetic(n=1000)
    apart = np.where(held_out.inside, 0.6 + 0.4 * held_out.in_scope, 0.5 * held_out.in_scope)
    clear = HeldOut(LABELS, held_out.languages, held_out.truth, held_out.margins, apart.astype(np.float32))
    assert refused_shares(clear, fit_thresholds(clear, 0.05)["en"].refuse_below) == (0.0, 1.0)


@pytest.mark.parametrize("max_wrong", [0.02, 0.05, 0.1, 0.2])
def test_no_more_answers_are_wrong_than_allowed(max_wrong: float) -> None:
    held_out = synthetic()
    fitted = fit_thresholds(held_out, max_wrong)["en"]
    answered = (held_out.in_scope >= fitted.refuse_below) & (
        confidence_of(held_out, fitted) >= fitted.accept_at
    )
    assert answered.any()
    assert (~held_out.right[answered]).mean() <= max_wrong


@pytest.mark.parametrize("max_wrong", [0.02, 0.05, 0.1])
def test_a_lower_threshold_would_answer_too_many_wrongly(max_wrong: float) -> None:
    held_out = synthetic(n=3000)
    fitted = fit_thresholds(held_out, max_wrong)["en"]
    confidence = confidence_of(held_out, fitted)
    kept = held_out.in_scope >= fitted.refuse_below
    lower = [c for c in confidence[kept] if c < fitted.accept_at]
    wrong = [(~held_out.right[kept & (confidence >= at)]).mean() for at in lower]
    assert min(wrong) > max_wrong


def test_allowing_more_wrong_answers_lowers_the_threshold() -> None:
    held_out = synthetic()
    thresholds = [fit_thresholds(held_out, share)["en"].accept_at for share in (0.02, 0.05, 0.1)]
    assert thresholds == sorted(thresholds, reverse=True)


def test_messages_of_equal_confidence_are_answered_together() -> None:
    """A threshold can't tell them apart, so half of them being wrong is too many."""
    n = 2 * TOO_FEW
    margins = np.tile(np.array([9, 0, 0, 0, 0], np.float32), (n, 1))
    truth = [{"a"} if i % 2 == 0 else {"b"} for i in range(n - FEW_OUTSIDE)]
    truth += [set[str]()] * FEW_OUTSIDE
    held_out = HeldOut(LABELS, np.full(n, "en"), truth, margins, np.ones(n, np.float32))
    fitted = fit_thresholds(held_out, 0.05)["en"]
    assert not (confidence_of(held_out, fitted) >= fitted.accept_at).any()


def test_where_every_answer_is_wrong_nothing_is_accepted() -> None:
    held_out = synthetic(n=1000)
    nowhere = [{"f"} if labels else set() for labels in held_out.truth]
    lost = HeldOut(LABELS, held_out.languages, nowhere, held_out.margins, held_out.in_scope)
    assert fit_thresholds(lost, 0.05)["en"].accept_at == 1.0


def test_each_language_has_its_own_thresholds() -> None:
    sharp, soft = synthetic(0.3, language="en"), synthetic(2.0, language="zh", seed=1)
    assert fit_thresholds(both(sharp, soft), 0.05) == fit_thresholds(sharp, 0.05) | fit_thresholds(soft, 0.05)


@pytest.mark.parametrize(("n", "is_default"), [(TOO_FEW - 1, True), (TOO_FEW, False)])
def test_too_few_messages_leave_the_defaults(n: int, is_default: bool) -> None:
    assert (fit_thresholds(synthetic(n=n), 0.05)["en"] == Thresholds()) is is_default


def all_inside(held_out: HeldOut) -> HeldOut:
    return replace(held_out, truth=[labels or {"a"} for labels in held_out.truth])


def test_without_messages_out_of_scope_the_defaults_stay() -> None:
    assert fit_thresholds(all_inside(synthetic(n=1000)), 0.05)["en"] == Thresholds()


def stand_ins(held_out: HeldOut, *languages: str) -> HeldOut:
    return replace(held_out, stand_ins=frozenset(languages))


@pytest.mark.parametrize(
    ("held_out", "basis"),
    [
        (synthetic(n=TOO_FEW), "held-out messages"),
        (stand_ins(synthetic(n=TOO_FEW), "en"), "intents left out"),
        (stand_ins(synthetic(n=TOO_FEW - 1), "en"), "too few messages: safe defaults"),
        (all_inside(synthetic(n=TOO_FEW)), "too few messages: safe defaults"),
    ],
)
def test_thresholds_say_what_they_were_fitted_to(held_out: HeldOut, basis: str) -> None:
    assert fit_thresholds(held_out, 0.05)["en"].basis == basis


def test_among_stand_ins_what_is_likelier_out_of_scope_is_refused() -> None:
    """Ordinary messages of the same scores set another limit, and nothing else differs."""
    ordinary = synthetic()
    fitted = fit_thresholds(stand_ins(ordinary, "en"), 0.05)["en"]
    other = fit_thresholds(ordinary, 0.05)["en"]
    assert fitted.refuse_below == 1 / (1 + STAND_IN) != other.refuse_below
    assert fitted.temperature == other.temperature


@pytest.mark.parametrize("max_wrong", [0.02, 0.1])
def test_among_stand_ins_no_more_answers_are_wrong_than_allowed(max_wrong: float) -> None:
    held_out = stand_ins(synthetic(), "en")
    fitted = fit_thresholds(held_out, max_wrong)["en"]
    kept = held_out.in_scope >= fitted.refuse_below
    answered = kept & (confidence_of(held_out, fitted) >= fitted.accept_at)
    assert answered.any()
    weights = np.where(held_out.inside, 1.0, STAND_IN)[answered]
    assert np.average(~held_out.right[answered], weights=weights) <= max_wrong


def test_stand_ins_weigh_less_than_ordinary_messages_out_of_scope() -> None:
    """So that more is answered: among what customers send, few are as near to the desk's intents."""
    ordinary = replace(synthetic(), in_scope=np.ones(20_000, np.float32))
    among_stand_ins = fit_thresholds(stand_ins(ordinary, "en"), 0.05)["en"]
    assert among_stand_ins.accept_at < fit_thresholds(ordinary, 0.05)["en"].accept_at


def test_stand_ins_of_one_language_are_none_of_another() -> None:
    english, chinese = synthetic(n=1000), synthetic(n=1000, language="zh", seed=1)
    fitted = fit_thresholds(stand_ins(both(english, chinese), "zh"), 0.05)
    assert fitted == fit_thresholds(english, 0.05) | fit_thresholds(stand_ins(chinese, "zh"), 0.05)
    assert fitted["en"].basis != fitted["zh"].basis


@pytest.mark.parametrize(
    ("truth", "right"),
    [
        ([{"a"}, {"b"}, {"e"}], [True, True, True]),
        ([{"b"}, {"b", "c"}, {"a", "e"}], [False, True, True]),
        ([set(), {"c"}, set()], [False, False, False]),
    ],
)
def test_right_is_the_likeliest_intent_being_among_those_wanted(
    truth: list[set[str]], right: list[bool]
) -> None:
    assert tiny(truth).right.tolist() == right


def test_inside_is_having_an_intent() -> None:
    assert tiny([{"a"}, set(), {"b", "c"}]).inside.tolist() == [True, False, True]


def test_a_language_keeps_its_rows_only() -> None:
    part = tiny([{"a"}, {"b"}, {"c"}]).of("en")
    assert (list(part.truth), part.in_scope.tolist()) == ([{"a"}, {"c"}], pytest.approx([0.9, 0.7]))
    assert part.margins[:, 0].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("english", "chinese", "taken"),
    [
        (200, 200, {"en": 200, "zh": 200}),
        (200, 199, {"en": 200, "zh": 300}),
        (0, 210, {"en": 300, "zh": 210}),
    ],
)
def test_a_language_with_enough_other_messages_is_judged_by_those(
    english: int, chinese: int, taken: dict[str, int]
) -> None:
    whole = both(synthetic(n=300, language="en"), synthetic(n=300, language="zh"))
    other = both(synthetic(n=english, language="en", seed=1), synthetic(n=chinese, language="zh", seed=1))
    result = whole.replaced_by(other, at_least=200)
    for language, count in taken.items():
        source = other if count < 300 else whole
        assert list(result.of(language).truth) == list(source.of(language).truth)
        np.testing.assert_array_equal(result.of(language).margins, source.of(language).margins)
        np.testing.assert_array_equal(result.of(language).in_scope, source.of(language).in_scope)


@pytest.mark.parametrize("outside", [0, FEW_OUTSIDE - 1])
def test_other_messages_that_are_hardly_out_of_scope_say_too_little(outside: int) -> None:
    """They can't tell what to refuse."""
    whole = both(synthetic(n=300, language="en"), synthetic(n=300, language="zh"))
    english, chinese = synthetic(n=200, language="en", seed=1), synthetic(n=200, language="zh", seed=1)
    english = replace(english, truth=[set[str]()] * outside + [t or {"a"} for t in english.truth[outside:]])
    result = whole.replaced_by(both(english, chinese), at_least=200)
    assert list(result.of("en").truth) == list(whole.of("en").truth)
    assert list(result.of("zh").truth) == list(chinese.truth)


def test_a_language_judged_by_other_messages_has_no_stand_ins() -> None:
    whole = both(synthetic(n=300, language="en"), synthetic(n=300, language="zh"))
    other = both(synthetic(n=200, language="en", seed=1), synthetic(n=199, language="zh", seed=1))
    assert stand_ins(whole, "en", "zh").replaced_by(other, at_least=200).stand_ins == {"zh"}


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [
        ([1.0, 1.0], [1, 1], 0.0),
        ([1.0, 1.0], [0, 0], 1.0),
        ([0.95, 0.95, 0.95, 0.95], [1, 1, 1, 0], 0.2),  # one bin: 0.95 against 0.75
        ([0.92, 0.98], [1, 0], 0.45),  # the mean of one bin: 0.95 against 0.5
        ([0.9, 0.3], [1, 0], 0.2),  # two bins: 0.1 and 0.3, half each
        ([0.9, 0.3, 0.35, 0.35], [1, 0, 1, 0], 0.025),  # 0.1 × 1/4 and 0 × 3/4
        ([0.05, 0.55], [1, 0], 0.75),
        ([0.0, 0.0], [0, 1], 0.5),
    ],
)
def test_calibration_error_by_hand(confidence: list[float], right: list[int], error: float) -> None:
    got = expected_calibration_error(np.array(confidence, np.float32), np.array(right, bool))
    assert got == pytest.approx(error)


def test_fewer_bins_see_less() -> None:
    confidence = np.array([0.9, 0.1], np.float32)
    right = np.array([False, True])
    errors = [expected_calibration_error(confidence, right, bins) for bins in (10, 1)]
    assert errors == [pytest.approx(0.9), pytest.approx(0.0)]
