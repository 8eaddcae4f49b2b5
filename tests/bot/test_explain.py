"""The words that mattered for an intent are found by leaving each out."""

import pytest

from bot.classifier import Classifier
from bot.explain import MOST_WORDS, word_effects
from bot.pipeline import Bot
from data.release.release import Release
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder
from retrieval.torch_encoder import TorchEncoder


@pytest.fixture(scope="module")
def classifier(release: Release) -> Classifier:
    return Classifier.load(release.folder / "classifier")


@pytest.fixture(scope="module")
def encoder(release: Release) -> Encoder:
    return open_encoder(release.encoder_folder)


@pytest.mark.parametrize(
    ("text", "intent", "word"),
    [
        ("hello, I forgot my password", "recover_password", "password"),
        ("你好，怎么开发票", "get_invoice", "发票"),
    ],
)
def test_the_word_that_names_the_matter_matters_most(
    text: str, intent: str, word: str, classifier: Classifier, encoder: Encoder
) -> None:
    effects = word_effects(text, intent, classifier, encoder)
    assert word in effects[0].text + effects[1].text  # 发票 may come with its verb
    assert effects[0].effect > 0.1
    assert all(text[e.start : e.end] == e.text for e in effects)
    assert [e.effect for e in effects] == sorted((e.effect for e in effects), reverse=True)


def test_an_effect_is_the_fall_of_the_margin(classifier: Classifier, release: Release) -> None:
    encoder = TorchEncoder(release.encoder_folder)  # int8 vectors depend on what else is in the batch
    whole, without = "I forgot my password", "I forgot my "
    margins = classifier.judge([whole, without], encoder.encode([whole, without])).margins
    column = margins[:, classifier.labels.index("recover_password")]
    effects = {e.text: e.effect for e in word_effects(whole, "recover_password", classifier, encoder)}
    assert effects["password"] == pytest.approx(float(column[0] - column[1]), abs=1e-3)


def test_a_text_without_words_has_no_effects(classifier: Classifier, encoder: Encoder) -> None:
    assert word_effects("?!…", "track_order", classifier, encoder) == ()


def test_a_long_text_is_looked_at_in_part(classifier: Classifier, encoder: Encoder) -> None:
    assert len(word_effects("parcel " * 200, "track_order", classifier, encoder)) == MOST_WORDS


def test_an_unknown_intent_is_an_error(classifier: Classifier, encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="no_such_intent"):
        word_effects("hi", "no_such_intent", classifier, encoder)


def test_the_bot_explains_its_turns(bot: Bot, session: str) -> None:
    turn = bot.reply(session, "I forgot my password")
    assert "password" in [word.text for word in bot.words_that_mattered(turn)[:2]]
    empty = bot.reply(session, "x" * 5000)  # too long to be understood
    assert bot.words_that_mattered(empty) == ()
