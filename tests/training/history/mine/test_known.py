"""What a desk knows of a group: an intent that fits, what was declined, or nothing."""

from collections.abc import Sequence

import numpy as np
import pytest

from data.settings import Settings
from retrieval.encoder import Encoder
from training.history.mine.declined import Decided, same
from training.history.mine.known import Known, Learned, Nearest
from training.history.mine.questions import Question
from training.prepare_encoder import prepare_encoder

REJECTED = Decided("rejected", "topic_002", "2026-11-01")
OUTSIDE = Decided("outside", "apply_job", "2026-11-01")
VAN = ("can i hire the van on saturday", "is the van free all weekend", "I want to book your van")
CARD = ("change the card you take rent from", "my card has changed", "use a new card for the rent")
DECLINED = {
    "could i have the van for the whole weekend": REJECTED,
    "How do I change the card you take the rent from": REJECTED,
    "do you repair bicycles": REJECTED,
    "i want to apply for a job with you": OUTSIDE,
    "do you have a job on the van": OUTSIDE,
}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return prepare_encoder(Settings().encoder, tmp_path_factory.mktemp("encoder") / "encoder")


def nearest(encoder: Encoder, *texts: str) -> Nearest | None:
    learned = {same("en", t): (label, t) for label, own in (("van", VAN), ("card", CARD)) for t in own}
    declined = {same("en", t): (of, t) for t, of in DECLINED.items()}
    questions: Sequence[Question] = [Question(0, i, "en", t) for i, t in enumerate(texts)]
    known = Known.of(Learned(learned, declined), encoder)
    return known.nearest(encoder.encode(list(texts)), np.arange(len(texts)), questions)


def test_an_intent_that_fits_comes_before_what_was_rejected(encoder: Encoder) -> None:
    for text, intent in zip(DECLINED, ("van", "card"), strict=False):
        found = nearest(encoder, text)
        assert found is not None
        assert (found.label, found.decided) == (intent, True)


def test_what_was_rejected_is_so_again_word_for_word_only(encoder: Encoder) -> None:
    again = nearest(encoder, "Do you repair  bicycles", "do you repair bicycles", "who sells kangaroos")
    assert again is not None
    assert (again.label, again.decided) == (REJECTED, True)
    near = nearest(encoder, "can you repair a bicycle", "do you repair bikes")
    assert near is not None
    assert (near.label, near.decided) == (REJECTED, False)
    assert near.evidence["decided"] is False
    half = nearest(encoder, "do you repair bicycles", "do you repair bikes")
    assert half is not None
    assert not half.decided


def test_what_is_outside_is_known_in_other_words_unless_an_intent_is_closer(encoder: Encoder) -> None:
    outside = nearest(encoder, "can i apply for a job with you guys")
    assert outside is not None
    assert (outside.label, outside.decided) == (OUTSIDE, True)
    closer = nearest(encoder, "is your van free on saturday")
    assert closer is not None
    assert closer.label == "van"


def test_a_new_matter_is_none_of_these(encoder: Encoder) -> None:
    assert nearest(encoder, "what is the humidity of the wine cellar") is None


def test_a_desk_without_messages_knows_nothing(encoder: Encoder) -> None:
    empty = Known.of(Learned(), encoder)
    asked = [Question(0, 0, "en", VAN[0])]
    assert empty.nearest(encoder.encode([VAN[0]]), np.arange(1), asked) is None
