"""A set says what is true of its test, and what to mind."""

from training.benchmark.split import OUTSIDE, Message, Split, cautions

TRAIN = (*(Message(t, "x") for t in "ap"), *(Message(t, "y") for t in "bq"), Message("c", None))


def test_truth_by_hand() -> None:
    test = (Message("d", "y"), Message("e", None), Message("f", "new"), Message("g", "x"))
    split = Split("set", "en", TRAIN, test)
    assert split.intents == ("x", "y")
    assert split.unknown == ("new",)
    assert split.truth.tolist() == [1, OUTSIDE, 2, 0]  # 2 is no intent that can be predicted


def test_a_sound_set_needs_no_caution() -> None:
    assert cautions(Split("set", "en", TRAIN, (Message("d", "y"),))) == []


def test_labels_that_training_lacks_are_counted() -> None:
    test = (Message("d", "y"), *(Message(f"e{n}", f"new{n % 7}") for n in range(9)))
    said = cautions(Split("set", "en", TRAIN, test))
    assert said == [
        "9 of the 10 test messages have a label that training lacks and count as wrong: "
        "new0, new1, new2, new3, new4 and 2 more"
    ]


def test_what_training_is_made_of_is_said() -> None:
    train = (*TRAIN, Message("a", "y"), Message("b", None), Message("z", "alone"))
    assert cautions(Split("set", "en", train, (Message("d", "y"),), empty=3)) == [
        "3 rows without a message are left out",
        "2 training messages stand there with several labels: a, b",
        "1 labels have one example only: alone",
    ]


def test_messages_known_from_training_are_counted() -> None:
    test = (Message("a", "x"), Message("z", "x"))
    assert cautions(Split("set", "en", TRAIN, test)) == [
        "1 of the 2 test messages are, word by word, in training, too"
    ]


def test_too_few_held_out_messages_are_said_to_set_nothing() -> None:
    said = cautions(Split("set", "en", TRAIN, (Message("z", "x"),), valid=(Message("v", None),) * 199))
    assert said == [
        "there are 199 messages for thresholds, fewer than 200: without fine-tuning they are not used"
    ]


def test_held_out_messages_without_out_of_scope_are_said_to_set_nothing() -> None:
    said = cautions(Split("set", "en", TRAIN, (Message("z", "x"),), valid=(Message("v", "x"),) * 200))
    assert said == [
        "the messages for thresholds hold none out of scope: without fine-tuning they are not used"
    ]
