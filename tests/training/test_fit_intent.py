"""The classifier learns what the messages teach, on desks of all shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from bot.classifier import OUT_OF_SCOPE, Classifier, Thresholds
from data.errors import DeskError
from retrieval.encoder import Vectors
from training.calibrate import FEW_OUTSIDE, STAND_IN, TOO_FEW, HeldOut
from training.examples import History, LabelledMessage
from training.fit_head import NEVER
from training.fit_intent import CAREFUL, LEAST_INTENTS, fit_classifier
from training.held_back import held_back

INTENTS = ("return_item", "greeting", "delivery_cost")
PARTS: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {  # language: label: beginnings, ends
    "en": {
        "return_item": (("i want to", "can i", "please let me", "how do i", "may i"),
                        ("send it back", "return this lamp", "return my tent", "give the lamp back")),
        "greeting": (("hi", "hello", "good morning", "hey", "hello hello"),
                     ("there", "to you", "everybody", "you people")),
        "delivery_cost": (("what does", "how much is", "tell me what is", "is it free, the", "the price of"),
                          ("shipping", "delivery to me", "postage", "the delivery fee")),
        OUT_OF_SCOPE: (("write", "sing", "compose", "read me", "invent"),
                       ("a poem", "a song about rain", "a joke", "the news")),
    },
    "zh": {
        "return_item": (("我要", "怎么", "能不能", "帮我", "可以"), ("退货", "把灯退掉", "退这个帐篷",
        "退回去")),
        "greeting": (("你好", "您好", "早上好", "嗨", "哈喽"), ("呀", "在吗", "各位", "朋友")),
        "delivery_cost": (("请问", "想知道", "这个", "多少", "到底"), ("运费多少", "邮费贵吗", "包邮吗",
        "快递费多少钱")),
        OUT_OF_SCOPE: (("写", "唱", "讲", "来", "编"), ("一首诗", "一首歌", "一个笑话", "新闻")),
    },
}  # fmt: skip
UNSEEN = {
    "en": {"return_item": "hello, may i return this lamp", "greeting": "good morning you people",
           "delivery_cost": "how much is postage"},
    "zh": {"return_item": "能不能退这个帐篷", "greeting": "您好各位", "delivery_cost": "请问邮费贵吗"},
}  # fmt: skip


class Hashing:
    """Runs of three characters, hashed into unit vectors: an encoder that needs no model."""

    dim = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dim), 1e-3, np.float32)
        for row, text in enumerate(texts):
            padded = f" {text.lower()} "
            for start in range(len(padded) - 1):
                vectors[row, crc32(padded[start : start + 3].encode()) % self.dim] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def history(language: str, each: int = 20, without: Sequence[str] = ()) -> list[LabelledMessage]:
    """Return `each` messages per label, the unseen ones left out; each is a dialogue of its own."""
    messages = []
    for label, (beginnings, ends) in PARTS[language].items():
        texts = [f"{b} {e}" if language == "en" else b + e for e in ends for b in beginnings]
        texts = [t for t in texts if t not in UNSEEN[language].values()]
        texts = texts[:: len(texts) // min(each, len(texts))][:each]
        for number, text in enumerate(texts if label not in without else ()):
            labels = () if label == OUT_OF_SCOPE else (label,)
            mood = -0.8 if number % 2 else 0.4
            messages.append(LabelledMessage(text, language, labels, mood, f"{language}-{label}-{number}"))
    return messages


def fit(
    messages: Sequence[LabelledMessage],
    intents: Sequence[str] = INTENTS,
    names: Sequence[LabelledMessage] = (),
    sample: Sequence[LabelledMessage] = (),
    learned: Mapping[str, Vectors] | None = None,
) -> tuple[Classifier, HeldOut]:
    return fit_classifier(History(tuple(intents), messages, names, sample), Hashing(), 0.1, learned)


def best(classifier: Classifier, text: str, language: str) -> str:
    scores = classifier.score([text], Hashing().encode([text]), language)
    return classifier.intents[int(scores.intents[0].argmax())]


def in_scope(classifier: Classifier, text: str, language: str = "en") -> float:
    return float(classifier.score([text], Hashing().encode([text]), language).in_scope[0])


@pytest.fixture(scope="module")
def both() -> tuple[Classifier, HeldOut]:
    return fit([*history("en"), *history("zh")])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intent", INTENTS)
def test_messages_that_were_not_seen_are_understood(
    intent: str, language: str, both: tuple[Classifier, HeldOut]
) -> None:
    assert best(both[0], UNSEEN[language][intent], language) == intent


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_language_has_thresholds(language: str, both: tuple[Classifier, HeldOut]) -> None:
    assert set(both[0].thresholds) == {"en", "zh"}


def test_labels_keep_their_order_and_out_of_scope_is_last(both: tuple[Classifier, HeldOut]) -> None:
    assert both[0].labels == (*INTENTS, OUT_OF_SCOPE)


def test_what_is_out_of_scope_looks_so(both: tuple[Classifier, HeldOut]) -> None:
    assert in_scope(both[0], "write a song about rain") < 0.5 < in_scope(both[0], "may i return this lamp")


def test_every_message_is_held_out_once(both: tuple[Classifier, HeldOut]) -> None:
    held_out = both[1]
    assert len(held_out.truth) == len(history("en")) + len(history("zh"))
    assert held_out.margins.shape == (len(held_out.truth), len(INTENTS))
    assert (np.abs(held_out.margins).sum(1) > 0).all()


def test_held_out_figures_are_of_heads_that_did_not_see_the_message() -> None:
    """Labels that say nothing can be learned by heart, but not predicted."""
    rng = np.random.default_rng(0)
    messages = [
        LabelledMessage(
            f"{n * 7919 % 997} {n * 104_729 % 991}", "en", (str(rng.choice(INTENTS)),), 0.0, f"d{n}"
        )
        for n in range(90)
    ]
    assert fit(messages)[1].right.mean() < 0.6


def test_messages_of_one_dialogue_are_held_out_together() -> None:
    """The same words twice in one dialogue: if one could teach the other, all would be right."""
    messages = [
        LabelledMessage(text, "en", (INTENTS[n % 3],), 0.0, f"d{n}")
        for n in range(30)
        for text in (f"only{n:03}x{n:03}", f"only{n:03}x{n:03}!")
    ]
    assert fit(messages)[1].right.mean() < 0.6


def test_the_same_history_gives_the_same_classifier() -> None:
    """To the last bit: what is published can be built again."""
    (one, seen), (other, seen_again) = (fit(history("en")) for _ in range(2))
    for name, learned in vars(one.head).items():
        assert np.array_equal(vars(other.head)[name], learned), name
    assert np.array_equal(one.mood, other.mood)
    assert (one.gate, one.thresholds) == (other.gate, other.thresholds)
    assert np.array_equal(seen.margins, seen_again.margins)
    assert np.array_equal(seen.in_scope, seen_again.in_scope)


def test_what_was_learned_survives_saving(both: tuple[Classifier, HeldOut], tmp_path: Path) -> None:
    both[0].save(tmp_path)
    again = Classifier.load(tmp_path)
    texts = [text for each in UNSEEN.values() for text in each.values()]
    vectors = Hashing().encode(texts)
    before, after = both[0].score(texts, vectors, "en"), again.score(texts, vectors, "en")
    assert np.allclose(after.intents, before.intents, atol=0.02)  # weights are kept in 16 bits
    assert np.array_equal(after.intents.argmax(1), before.intents.argmax(1))


def test_a_desk_with_one_language() -> None:
    classifier, _ = fit(history("en"))
    assert set(classifier.thresholds) == {"en"}
    assert [best(classifier, text, "en") for text in UNSEEN["en"].values()] == list(UNSEEN["en"])


def test_a_language_without_history_is_answered_all_the_same() -> None:
    """A desk may offer a language before anybody has written in it."""
    classifier, _ = fit(history("en"))
    scores = classifier.score(["退货"], Hashing().encode(["退货"]), "zh")
    assert scores.intents.shape == (1, len(INTENTS))


def test_a_desk_of_few_intents_without_out_of_scope_examples() -> None:
    classifier, held_out = fit(history("en", without=[OUT_OF_SCOPE]))
    assert held_out.inside.all()
    assert held_out.stand_ins == frozenset()
    assert classifier.gate == CAREFUL
    assert classifier.thresholds == {"en": Thresholds()}
    assert best(classifier, UNSEEN["en"]["delivery_cost"], "en") == "delivery_cost"
    assert in_scope(classifier, "may i return this lamp") > in_scope(classifier, "quarterly xylophone budget")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_desk_with_five_examples_of_each(language: str) -> None:
    classifier, _ = fit(history(language, each=5))
    found = [best(classifier, text, language) for text in UNSEEN[language].values()]
    assert sum(f == w for f, w in zip(found, UNSEEN[language], strict=True)) >= 2


def test_fewer_examples_than_neighbours_are_looked_for() -> None:
    classifier, _ = fit(history("en", each=3))
    scores = classifier.score(["hello there"], Hashing().encode(["hello there"]), "en")
    assert np.isfinite(scores.intents).all()
    assert 0 <= scores.in_scope[0] <= 1


def test_an_intent_without_examples_is_never_likely() -> None:
    classifier, _ = fit(history("en", without=["delivery_cost"]))
    scores = classifier.score(["hello there"], Hashing().encode(["hello there"]), "en")
    assert scores.intents[0].argmin() == INTENTS.index("delivery_cost")


def test_a_message_with_two_labels_is_an_example_of_both() -> None:
    messages = history("en")
    both = [
        LabelledMessage(f"{m.text} and {n.text}", "en", ("greeting", "return_item"), 0.0, f"two-{m.dialogue}")
        for m, n in zip(history("en", 5)[5:10], history("en", 5)[:5], strict=True)
    ]
    classifier, _ = fit([*messages, *both])
    scores = classifier.score([both[0].text], Hashing().encode([both[0].text]), "en")
    top = {classifier.intents[i] for i in np.argsort(-scores.intents[0])[:2]}
    assert top == {"greeting", "return_item"}


def test_mood_is_learned() -> None:
    angry = [
        LabelledMessage(f"this is awful, {m.text}", "en", m.labels, -1.0, f"a-{m.dialogue}")
        for m in history("en")
    ]
    happy = [
        LabelledMessage(f"lovely, {m.text}", "en", m.labels, 0.8, f"h-{m.dialogue}") for m in history("en")
    ]
    classifier, _ = fit([*angry, *happy])
    texts = ["this is awful, may i return this lamp", "lovely, may i return this lamp"]
    down, up = classifier.score(texts, Hashing().encode(texts), "en").sentiment
    assert -1 <= down < -0.4 < 0.2 < up <= 1


def test_progress_goes_forward_to_the_end() -> None:
    shares: list[float] = []
    given = History(INTENTS, history("en"))
    fit_classifier(given, Hashing(), progress=lambda share, _what: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def ordinary(count: int) -> list[LabelledMessage]:
    """Return `count` messages that are no example, some of them out of scope."""
    messages = [m for n in range(4) for m in history("en") if m.labels or n < 2]
    return [replace(m, text=f"{m.text} {n}", dialogue=f"s{n}") for n, m in enumerate(messages)][:count]


def test_ordinary_messages_set_the_thresholds_when_there_are_enough() -> None:
    sample = ordinary(TOO_FEW)
    classifier, held_out = fit(history("en"), sample=sample)
    assert list(held_out.truth) == [set(m.labels) for m in sample]
    assert classifier.thresholds["en"].basis == "held-out messages"
    assert classifier.known.texts == tuple(m.text for m in history("en"))  # nothing is trained on them


@pytest.mark.parametrize(
    "sample",
    [ordinary(TOO_FEW - 1), [m for m in ordinary(300) if m.labels][:TOO_FEW]],
    ids=["too few", "none out of scope"],
)
def test_ordinary_messages_that_say_too_little_set_nothing(sample: list[LabelledMessage]) -> None:
    messages = history("en")
    held_out = fit(messages, sample=sample)[1]
    assert len(held_out.truth) == len(messages)


# what an encoder that was tuned has not learned from


def directions() -> dict[str, Vectors]:
    """Return weights such as fine-tuning learns, one label's pointing at a word that no message has."""
    words = dict(zip((*INTENTS, OUT_OF_SCOPE), ("zebra", "hello", "shipping", "poem"), strict=True))
    return {label: 20 * Hashing().encode([word])[0] for label, word in words.items()}


def test_of_a_tuned_encoder_only_what_was_held_back_is_predicted() -> None:
    messages = history("en")
    back = [m for m, b in zip(messages, held_back(History(INTENTS, messages)), strict=True) if b]
    classifier, held_out = fit(messages, learned=directions())
    assert 0 < len(back) < len(messages)
    assert list(held_out.truth) == [set(m.labels) for m in back]
    assert classifier.known.texts == tuple(m.text for m in messages)  # the head learns from all


def test_what_was_learned_with_the_encoder_stays() -> None:
    head = fit(history("en"), learned={**directions(), "unheard_of": np.ones(Hashing.dim, np.float32)})[
        0
    ].head
    expected = np.stack([directions()[label] for label in (*INTENTS, OUT_OF_SCOPE)], axis=1)
    np.testing.assert_array_equal(head.dense, expected)
    np.testing.assert_array_equal(head.dense_bias, np.zeros(len(INTENTS) + 1))


def test_a_label_that_was_not_learned_is_likely_by_its_words_alone() -> None:
    head = fit(history("en"), learned={k: v for k, v in directions().items() if k != "greeting"})[0].head
    assert not head.dense[:, INTENTS.index("greeting")].any()
    assert head.dense_bias[INTENTS.index("greeting")] == NEVER


def test_a_sample_is_predicted_by_what_has_learned_from_everything() -> None:
    """Its own words stay unknown: that they are in it must not make it easy."""
    sample = [replace(m, text=f"{m.text} ordinarily") for m in ordinary(TOO_FEW + 60)]
    assert sum(not m.labels for m in sample) < 50 < TOO_FEW < sum(bool(m.labels) for m in sample)
    messages = history("en")
    classifier, held_out = fit(messages, sample=sample, learned=directions())
    back = held_back(History(INTENTS, messages, sample=sample))
    assert {m.labels for m, b in zip(messages, back, strict=True) if b} == {()}
    assert len(held_out.truth) == back.sum() + len(sample)
    assert list(held_out.truth)[-len(sample) :] == [set(m.labels) for m in sample]
    assert classifier.known.texts == tuple(m.text for m in messages)
    assert "ordinarily" not in classifier.features.words.terms
    vectors = Hashing().encode([m.text for m in sample])
    judged = classifier.judge([m.text for m in sample], vectors)
    outside = np.array([not m.labels for m in sample])
    assert judged.in_scope[~outside].mean() > judged.in_scope[outside].mean()


# names of intents

NAMES = [
    LabelledMessage("The delivery fee", "en", ("delivery_cost",), 0.0, "title-delivery_cost"),
    LabelledMessage("Return an item", "en", ("return_item",), 0.0, "title-return_item"),
]


def test_an_intent_that_has_a_name_only_is_recognised() -> None:
    messages = history("en", without=["delivery_cost"])
    text = "the delivery fee please"
    named, unnamed = (fit(messages, names=names)[0] for names in (NAMES, []))
    assert best(named, text, "en") == "delivery_cost" != best(unnamed, text, "en")


def test_names_are_known_but_neither_held_out_nor_of_any_mood() -> None:
    messages = history("en")
    classifier, held_out = fit(messages, names=NAMES)
    assert classifier.known.texts[-2:] == tuple(m.text for m in NAMES)
    assert classifier.known.labels[-2:] == tuple(m.label for m in NAMES)
    assert len(held_out.truth) == len(messages)
    again, _ = fit(messages, names=[replace(m, mood=-1.0) for m in NAMES])
    assert np.array_equal(again.mood, classifier.mood)


# intents that stand for what is out of scope

BEGINNINGS = ("please help me with", "a question about", "i need to know about", "tell me of", "what about")
KINDS = {
    "track": ("my parcel", "the courier", "the tracking page", "where my package is"),
    "invoice": ("the invoice", "a receipt", "the tax number", "my company on the bill"),
    "password": ("my password", "the login code", "signing in", "a locked account"),
    "refund": ("my money back", "the refund", "when you repay me", "the amount refunded"),
    "size": ("the shoe size", "how it fits", "the size chart", "a larger pair"),
    "voucher": ("a coupon", "the discount", "my voucher", "the gift card"),
    "hours": ("opening hours", "when you open", "sundays", "closing time"),
    "careers": ("a job", "working for you", "an internship", "open positions"),
}
UNSEEN_KINDS = ("who won the football match", "a poem of rain", "translate into latin", "boil three eggs")


def kinds(count: int = len(KINDS)) -> list[LabelledMessage]:
    """Return messages of `count` intents, none out of scope."""
    said = [(kind, f"{b} {e}") for kind, ends in [*KINDS.items()][:count] for e in ends for b in BEGINNINGS]
    return [LabelledMessage(text, "en", (kind,), 0.0, f"d{n}") for n, (kind, text) in enumerate(said)]


@pytest.fixture(scope="module")
def with_stand_ins() -> tuple[Classifier, HeldOut]:
    return fit(kinds(), [*KINDS])


def test_left_out_intents_stand_for_out_of_scope(with_stand_ins: tuple[Classifier, HeldOut]) -> None:
    """Each message once as a stranger; and most once as one of a known intent."""
    held_out = with_stand_ins[1]
    assert held_out.stand_ins == {"en"}
    assert (~held_out.inside).sum() == len(kinds()) > held_out.inside.sum() > len(kinds()) / 2


def test_thresholds_among_stand_ins_say_so(with_stand_ins: tuple[Classifier, HeldOut]) -> None:
    thresholds = with_stand_ins[0].thresholds["en"]
    assert (thresholds.basis, thresholds.refuse_below) == ("intents left out", 1 / (1 + STAND_IN))


def test_what_stand_ins_taught_tells_unseen_kinds_of_message(
    with_stand_ins: tuple[Classifier, HeldOut],
) -> None:
    classifier, held_out = with_stand_ins
    assert held_out.in_scope[held_out.inside].mean() > 0.5 > held_out.in_scope[~held_out.inside].mean()
    strange = [in_scope(classifier, text) for text in UNSEEN_KINDS]
    familiar = [in_scope(classifier, f"hello, {end} please") for ends in KINDS.values() for end in ends]
    assert max(strange) < 0.5
    assert np.mean(np.array(familiar) > 0.5) > 0.9


@pytest.mark.parametrize(("count", "stand_ins"), [(LEAST_INTENTS - 1, False), (LEAST_INTENTS, True)])
def test_some_intents_can_be_left_out_where_there_are_enough(count: int, stand_ins: bool) -> None:
    classifier, held_out = fit(kinds(count), [*KINDS])
    assert bool(held_out.stand_ins) is stand_ins
    assert (classifier.gate == CAREFUL) is not stand_ins


@pytest.mark.parametrize(("count", "stand_ins"), [(1, True), (FEW_OUTSIDE, False)])
def test_a_few_messages_out_of_scope_need_stand_ins_beside_them(count: int, stand_ins: bool) -> None:
    """One or two would teach the gate to let all else in."""
    outside = [LabelledMessage(f"sing song {n}", "en", (), 0.0, f"outside-{n}") for n in range(count)]
    classifier, held_out = fit([*kinds(), *outside], [*KINDS])
    assert bool(held_out.stand_ins) is stand_ins
    assert (~held_out.inside).sum() == count + stand_ins * len(kinds())
    assert classifier.gate != CAREFUL


def test_stand_ins_go_where_ordinary_messages_say_enough() -> None:
    """The labels of these are none of the desk's: only that some have none matters."""
    sample = [replace(m, labels=m.labels and ("track",)) for m in ordinary(TOO_FEW)]
    classifier, held_out = fit(kinds(), [*KINDS], sample=sample)
    assert held_out.stand_ins == frozenset()
    assert classifier.thresholds["en"].basis == "held-out messages"


@pytest.mark.parametrize("messages", [history("en")[:1], history("en")[:2]], ids=["one", "two"])
def test_a_history_that_is_too_short_is_said_to_be(messages: list[LabelledMessage]) -> None:
    with pytest.raises(DeskError, match="dialogues"):
        fit(messages)


def test_many_examples_are_searched_by_a_graph(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is approximate, but of so few examples it misses none: the same is said of every message."""
    exact, _ = fit(kinds(), [*KINDS])
    monkeypatch.setattr("training.fit_intent.MANY", len(kinds()))
    graph, _ = fit(kinds(), [*KINDS])
    vectors = Hashing().encode([m.text for m in kinds()[::7]])
    np.testing.assert_allclose(
        graph.known.index.search(vectors, 3)[0], exact.known.index.search(vectors, 3)[0], atol=1e-6
    )
    graph.known.index.save(tmp_path / "examples.faiss")
    assert (tmp_path / "examples.faiss").read_bytes()[:4] == b"IHNs"  # how FAISS marks such a graph
