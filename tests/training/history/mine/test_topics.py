"""What a topic is called: its id and the words that set it apart."""

import numpy as np
import pytest

from bot.reference_numbers import ReferenceNumbers
from training.history.mine import topics
from training.history.mine.questions import Question
from training.history.mine.topics import named, topics_of

SAID = (
    ("en", ["keep the servcie longer", "keep the plan longer", "watn to keep it longer"]),
    (
        "en",
        ["LK-1234567 upgrade lpease", "upgrade for LK-7654321", "upgrade LK-2048817 asap", "upgrade asap"],
    ),
    ("en", ["moving to CF5 3EQ", "moving to LS2 3EQ", "we are moving to BS8 3EQ"]),
    ("zh", ["我家断网", "我家又断网了", "断网"]),
)


def test_ids_and_words_are_of_two_questions_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [Question(0, 0, la, text) for la, texts in SAID for text in texts]
    labels = np.repeat(np.arange(len(SAID)), [len(texts) for _, texts in SAID])
    monkeypatch.setattr(topics, "clusters_of", lambda vectors, count: labels)
    found = topics_of(questions, np.eye(len(questions), dtype=np.float32))
    numbers, taken = ReferenceNumbers({}), set[str]()
    ids = {questions[f.rows[0]].text[:3]: named(f, questions, ["en", "zh"], taken, numbers).id for f in found}
    words = {word for f in found for own in f.words.values() for word in own}
    assert not {"lk", "3eq", "watn", "servcie", "lpease", "asap"} & words
    assert sorted(i for i in ids.values() if not i.startswith("topic_")) == [
        "keep_longer",
        "moving",
        "upgrade",
    ]
    assert sum(i.startswith("topic_") for i in ids.values()) == 1


def test_an_id_begins_with_a_letter_whatever_the_title_begins_with(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["1st switch", "1st date", "1st month", "2nd rent", "2nd bill", "2nd pay"]
    questions = [Question(n, 0, "en", text) for n, text in enumerate(texts)]
    monkeypatch.setattr(topics, "clusters_of", lambda vectors, count: np.repeat([0, 1], 3))
    for found in topics_of(questions, np.eye(len(questions), dtype=np.float32)):
        topic = named(found, questions, ["en"], set(), ReferenceNumbers({}))
        assert topic.title["en"][0].isdigit()
        assert topic.id[0].isalpha()
