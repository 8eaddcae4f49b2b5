"""The gate lets a candidate through that is no worse, and says for each reason why it does not."""

from dataclasses import replace

import pytest

from training.nightly.exam import Case, Exam, Judged, Scripted
from training.nightly.gate import Check, by_intent, calibration, confused, figures, gate
from training.nightly.options import Limits

RIGHT = Judged("order", "order", 0.9, "answer", True, 8.0)
WRONG = Judged("refund", "refund", 0.9, "answer", False, 8.0)
UNSURE = Judged("refund", None, 0.3, "clarify", False, 8.0)
REFUSED = Judged("order", None, 0.1, "refuse", True, 8.0)
ANSWERED = Judged("order", "order", 0.9, "answer", False, 8.0)


def exam(*parts: tuple[int, Judged, Judged, str | None], kind: str = "golden") -> Exam:
    """Return an exam of parts: how many, what either release made of each, what is wanted."""
    rows = [part[1:] for part in parts for _ in range(part[0])]
    cases = tuple(
        Case(f"{kind}-{n}", kind, "en", "text", (wanted,) if wanted else ())
        for n, (_, _, wanted) in enumerate(rows)
    )
    return Exam(cases, tuple(r[0] for r in rows), tuple(r[1] for r in rows), (), ())


def checks(
    given: Exam,
    sizes: tuple[float, float] = (50.0, 50.0),
    latency: tuple[float, float] = (8.0, 8.0),
    **held_out: tuple[float, float, int],
) -> dict[str, Check]:
    found = gate(given, figures(given, ["en"]), Limits(), sizes, latency, held_out)
    return {check.check: check for check in found}


def failed(given: Exam, **more: tuple[float, float]) -> set[str]:
    return {name for name, check in checks(given, **more).items() if not check.passed}


ALL_RIGHT = exam((90, RIGHT, RIGHT, "order"), (30, REFUSED, REFUSED, None))


def test_a_release_as_good_as_the_live_one_goes_through() -> None:
    assert failed(ALL_RIGHT) == set()
    assert (
        failed(exam((60, RIGHT, RIGHT, "order"), (3, RIGHT, UNSURE, "order"), (2, UNSURE, RIGHT, "order")))
        == set()
    )


def test_a_golden_set_that_falls_beyond_chance_keeps_it_out() -> None:
    given = exam((80, RIGHT, RIGHT, "order"), (8, RIGHT, UNSURE, "order"), (30, REFUSED, REFUSED, None))
    assert failed(given) == {"golden"}
    assert "0 better, 8 worse (McNemar p = 0.004)" in checks(given)["golden"].text


def test_reviewed_messages_count_for_themselves() -> None:
    given = exam((80, RIGHT, RIGHT, "order"), (8, RIGHT, UNSURE, "order"), kind="reviewed")
    assert failed(given) == {"reviewed"}


def test_out_of_scope_that_is_answered_keeps_it_out() -> None:
    given = exam((90, RIGHT, RIGHT, "order"), (20, REFUSED, REFUSED, None), (12, REFUSED, ANSWERED, None))
    assert {"out_of_scope_refused", "wrong_answers"} <= failed(given)


def test_a_live_release_beyond_its_limit_may_be_followed_by_one_that_is_no_worse() -> None:
    given = exam((60, RIGHT, RIGHT, "order"), (40, ANSWERED, ANSWERED, None), (30, REFUSED, REFUSED, None))
    assert failed(given) == set()
    assert checks(given)["wrong_answers"].candidate == pytest.approx(0.4)


def test_a_share_beyond_its_limit_that_passes_says_why() -> None:
    same = exam((60, RIGHT, RIGHT, "order"), (40, ANSWERED, ANSWERED, None), (30, REFUSED, REFUSED, None))
    assert checks(same)["wrong_answers"].text == (
        "wrong answers: 40.0% → 40.0% of the 100 given, 5.0% at most; the live release is beyond the limit, "
        "too, and this one is not worse beyond chance"
    )
    tiny = exam((8, RIGHT, RIGHT, "order"), (1, REFUSED, ANSWERED, None), (9, REFUSED, REFUSED, None))
    assert checks(tiny)["wrong_answers"].passed
    assert "11.1% of the 9 given" in checks(tiny)["wrong_answers"].text
    assert "with so few messages that may be chance" in checks(tiny)["wrong_answers"].text


def test_a_share_that_fails_says_why() -> None:
    given = exam((90, RIGHT, RIGHT, "order"), (20, REFUSED, REFUSED, None), (12, REFUSED, ANSWERED, None))
    assert "worse than the live release beyond chance (p = 0.000)" in checks(given)["wrong_answers"].text


def test_wrong_answers_are_of_those_given_and_compared_over_all() -> None:
    given = exam((1, WRONG, RIGHT, "order"), (3, UNSURE, WRONG, "order"), (5, UNSURE, UNSURE, "order"))
    wrong = figures(given, ["en"])["en"]["wrong_answers"]
    assert (wrong.live, wrong.candidate, wrong.n, wrong.asked) == (1.0, 0.75, 4, 9)
    assert (wrong.better, wrong.worse) == (1, 3)


def test_an_intent_that_collapses_is_named() -> None:
    given = exam((200, RIGHT, RIGHT, "order"), (4, RIGHT, UNSURE, "invoice"), (2, RIGHT, RIGHT, "invoice"))
    assert "intents" in failed(given)
    assert checks(given)["intents"].text == "fell apart: invoice 100% → 33% of 6"
    assert by_intent(given) == [("invoice", 6, 1.0, 0.3333), ("order", 200, 1.0, 1.0)]


def test_a_scripted_conversation_that_newly_fails_keeps_it_out() -> None:
    went = Scripted("en-01", "en", True, "")
    fails = Scripted("en-01", "en", False, "en-01.2 hello | wanted social, refuse")
    given = replace(ALL_RIGHT, scripted_live=(went,), scripted_candidate=(fails,))
    assert failed(given) == {"scripted"}
    assert "en-01.2 hello" in checks(given)["scripted"].text
    assert failed(replace(given, scripted_live=(fails,))) == set()  # it did before
    lenient = gate(given, figures(given, ["en"]), Limits(scripted=1), (50.0, 50.0), (8.0, 8.0), {})
    assert all(check.passed for check in lenient)


def test_slower_or_larger_keeps_it_out() -> None:
    assert failed(ALL_RIGHT, latency=(8.0, 13.0)) == {"latency"}
    assert failed(ALL_RIGHT, sizes=(50.0, 80.0)) == {"size"}


def test_a_desk_without_tests_is_judged_by_what_training_held_out() -> None:
    nothing = exam()
    assert checks(nothing, en=(0.92, 0.80, 400))["held_out"].passed is False
    assert checks(nothing, en=(0.92, 0.91, 400))["held_out"].passed


def test_what_is_confused_and_how_sure_it_was() -> None:
    given = exam((3, RIGHT, WRONG, "order"), (2, RIGHT, RIGHT, "order"), (1, WRONG, UNSURE, "order"))
    assert confused(given) == [{"wanted": "order", "taken_for": "refund", "live": 1, "candidate": 4}]
    assert calibration(given, ["en"]) == {
        "en": [
            {"from": 0.3, "to": 0.4, "n": 1, "confidence": 0.3, "right": 0.0},
            {"from": 0.9, "to": 1.0, "n": 5, "confidence": 0.9, "right": 0.4},
        ]
    }
