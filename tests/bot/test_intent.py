"""What a message wants: ranked intents, each request in it, the nearest known examples."""

import numpy as np
import pytest

from bot.classifier import Classifier
from bot.intent import IntentStep, split_requests
from bot.pipeline import Bot
from bot.turn import Turn, Understanding
from data.release.release import Release
from retrieval.encoder import OnnxEncoder


@pytest.fixture(scope="module")
def encoder(release: Release) -> OnnxEncoder:
    return OnnxEncoder(release.encoder_folder)


@pytest.fixture(scope="module")
def classifier(release: Release) -> Classifier:
    return Classifier.load(release.folder / "classifier")


@pytest.fixture(scope="module")
def step(classifier: Classifier, encoder: OnnxEncoder, bot: Bot) -> IntentStep:
    return IntentStep(classifier, encoder, bot.desk)


def understand(step: IntentStep, text: str, language: str = "en") -> Understanding:
    return step(Turn("s", text, text=text, language=language)).understanding


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("where is my order", []),
        ("", []),
        ("where is my order?", []),
        ("hi, ok, no", []),  # parts too short to say anything
        ("where is my order? and send the invoice", ["where is my order", "and send the invoice"]),
        ("cancel it and also change my address", ["cancel it", "change my address"]),
        ("where is it; I need an invoice too", ["where is it", "I need an invoice too"]),
        ("track it by the way is there a sale", ["track it", "is there a sale"]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("CANCEL IT AND CHANGE IT", ["CANCEL IT", "CHANGE IT"]),
        ("快递到哪了，发票也开一下", ["快递到哪了", "发票也开一下"]),
        ("我要退货另外发票怎么开", ["我要退货", "另外发票怎么开"]),
        ("快递到哪了还有就是我要改地址", ["快递到哪了", "还有就是我要改地址"]),
        ("a few words. " * 9, []),  # an essay is no list of requests
    ],
)
def test_parts_that_could_be_requests(text: str, parts: list[str]) -> None:
    assert split_requests(text) == parts


@pytest.mark.parametrize("number", ["HB-2048817", "HB.2048817", "HB,2048817", "$49.90", "12:30"])
def test_numbers_are_not_taken_apart(number: str) -> None:
    assert split_requests(f"my order {number} please") == []


@pytest.mark.parametrize(
    ("text", "language", "intents"),
    [
        ("Please cancel my order HB-3047712. Also, how do I reset my password?", "en",
         ("cancel_order", "recover_password")),
        ("how do I use my loyalty points? And do you ship to Germany?", "en",
         ("loyalty_points", "international_shipping")),
        ("I forgot my password. Do you ship to Germany?", "en", ("recover_password",
         "international_shipping")),
        ("我忘记密码了怎么办？另外可以寄到国外吗？", "zh", ("recover_password", "international_shipping")),
        ("怎么开发票？还有积分怎么用？", "zh", ("get_invoice", "loyalty_points")),
    ],
)  # fmt: skip
def test_two_requests_are_found_in_their_order(
    text: str, language: str, intents: tuple[str, ...], step: IntentStep
) -> None:
    assert tuple(r.intent for r in understand(step, text, language).requests) == intents


def test_each_request_says_which_part_it_is(step: IntentStep) -> None:
    found = understand(step, "how do I use my loyalty points? And do you ship to Germany?")
    assert [r.text for r in found.requests] == [
        "how do I use my loyalty points",
        "And do you ship to Germany",
    ]


@pytest.mark.parametrize(
    "text", ["where is my order HB-2048817, I ordered it last week", "hi, where is my order?"]
)
def test_one_request_in_two_clauses_is_one(text: str, step: IntentStep) -> None:
    assert [r.intent for r in understand(step, text).requests] == ["track_order"]


def test_intents_are_ranked(step: IntentStep) -> None:
    confidence = [g.confidence for g in understand(step, "refund").intents]
    assert confidence == sorted(confidence, reverse=True)


def test_every_intent_is_ranked_once(step: IntentStep, bot: Bot) -> None:
    assert sorted(g.id for g in understand(step, "refund").intents) == sorted(bot.desk.intents)


def test_confidence_adds_up_to_the_probability_of_being_in_scope(step: IntentStep) -> None:
    found = understand(step, "can I pay by card")
    assert sum(g.confidence for g in found.intents) == pytest.approx(found.in_scope, abs=1e-4)


def test_an_order_number_does_not_change_what_is_wanted(step: IntentStep) -> None:
    first, second = (understand(step, f"where is my order HB-{n}") for n in (2048817, 7730042))
    assert first.intents == second.intents


def test_the_nearest_example_of_a_known_message_is_itself(step: IntentStep, classifier: Classifier) -> None:
    at = next(i for i, t in enumerate(classifier.known.texts) if t.isascii() and "HB" not in t)
    found = understand(step, classifier.known.texts[at])
    assert found.examples[0].similarity > 0.98  # int8 scales a batch at once, so not quite 1
    assert len(found.examples) == 5


def test_examples_out_of_scope_have_no_intent(step: IntentStep) -> None:
    found = understand(step, "write me a poem about the sea")
    assert None in {e.intent for e in found.examples}


def test_similarities_are_the_cosines_of_the_encoder(step: IntentStep, encoder: OnnxEncoder) -> None:
    found = understand(step, "can I pay by card")
    vectors = encoder.encode(["can I pay by card", *(e.text for e in found.examples)])
    # texts were encoded in other batches, int8 gives each a slightly other scale
    assert np.allclose(vectors[1:] @ vectors[0], [e.similarity for e in found.examples], atol=0.03)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_message_scores_as_it_does_among_many(
    language: str, classifier: Classifier, encoder: OnnxEncoder
) -> None:
    texts = [
        "where is my order",
        "我的快递到哪了",
        "hi",
        "can I pay with a card, and how long does delivery take?",
    ] * 3
    vectors = encoder.encode(texts)
    many = classifier.score(texts, vectors, language)
    for row, text in enumerate(texts):
        one = classifier.score([text], vectors[row : row + 1], language)
        assert np.allclose(one.intents[0], many.intents[row], atol=1e-6)
        assert np.allclose(one.in_scope[0], many.in_scope[row], atol=1e-6)
        assert np.allclose(one.sentiment[0], many.sentiment[row], atol=1e-6)
        assert one.neighbours[0].tolist() == many.neighbours[row].tolist()


@pytest.mark.parametrize("text", ["where is my order", "我的快递到哪了", "hi"])
def test_a_batch_of_one_has_the_vector_of_a_batch_of_many(text: str, encoder: OnnxEncoder) -> None:
    """Dynamic int8 scales a whole batch at once, so the vectors are near, not equal."""
    alone = encoder.encode([text])[0]
    among = encoder.encode(["a longer text about tents and pegs", text, "退货", text])[1]
    assert float(alone @ among) > 0.98


def test_a_request_carries_the_vector_of_its_part(step: IntentStep, encoder: OnnxEncoder) -> None:
    found = understand(step, "how do I use my loyalty points? And do you ship to Germany?")
    for request in found.requests:
        assert float(request.vector @ encoder.encode([request.text])[0]) > 0.98


@pytest.mark.parametrize(
    ("text", "familiar"),
    [("has my parcel left yet", True), ("what's the weather tomorrow", False), ("my zqxwv parcel", False)],
)
def test_what_is_familiar(text: str, familiar: bool, step: IntentStep) -> None:
    assert understand(step, text).familiar is familiar
