"""A draft in the terminal."""

from data.night.pooled import Taken
from data.night.topics import Topic
from training.history.mine.listing import listing, shown


def test_each_group_shows_its_most_typical_questions() -> None:
    examples = [("zh", "能带狗吗"), ("en", "can i\nbring my dog"), ("zh", "狗可以去吗"), ("en", "dogs?")]
    group = {"id": "g001", "size": 4, "words": {"en": ["dog"]}}
    group["examples"] = [{"language": la, "text": text} for la, text in examples]
    empty = {"id": "g002", "size": 0, "words": {}, "examples": []}
    topics = [Topic(group=g, id=i, title={"en": i}) for g, i in (("g001", "pets"), ("g002", "none_left"))]
    lines = listing({"groups": [group, empty]}, topics).splitlines()
    assert [line.split()[0] for line in lines] == ["g001", "can", "g002"]
    assert lines[1].strip() == "can i bring my dog · 能带狗吗"


def test_one_and_several_are_said_as_such() -> None:
    reply = {"language": "en", "template": "Yes.", "solved": 1.0, "rating": None}
    replies = [{**reply, "replies": 1, "agents": 1}, {**reply, "replies": 3, "agents": 2},
               {**reply, "replies": 2, "agents": 0, "solved": None}]  # fmt: skip
    group = {
        "id": "g001", "size": 3, "dialogues": 1, "words": {}, "order_numbers": 0.25, "existing": None,
        "examples": [], "replies": replies,
    }  # fmt: skip
    topic = Topic(group="g001", id="invoice", title={"en": "Invoice"})
    text = shown(
        {"groups": [group], "slots": {"booking_number": {}}},
        topic,
        {"en": "Yes."},
        {"zh": Taken("g002", "是的。")},
    )
    assert "1 reply says so, 100% solved, 1 agent: Yes." in text
    assert "3 replies say so, 100% solved, 2 agents: Yes." in text
    assert "2 replies say so: Yes." in text
    assert "3 questions in 1 dialogue," in text
    assert "3 questions in 1 dialogue, 25% name their booking number\n" in text
    for none in (0.0, None):  # None: nobody has counted them in a group that staff made
        without = shown({"groups": [{**group, "order_numbers": none}]}, topic, {})
        assert "3 questions in 1 dialogue\n" in without
    assert "answer zh, of g002: 是的。" in text
