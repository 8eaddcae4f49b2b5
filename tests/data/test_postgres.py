"""A NUL character in what people write fails on no database; JSON and all of PostgreSQL leave it out."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from data.answer.answers import Answers
from data.answer.files import Subject
from data.database import to_json
from data.log.conversations import Conversations
from data.log.inbox import Inbox
from data.review.examples import examples
from data.review.rank import claim, ranked_groups
from data.review.verdicts import Ruling, give_verdict
from data.tables import AnswerVersion
from tests.data.conftest import Talk
from tests.data.review_log import write_groups

SAID = "two\0 words 两个\0字"
BARE = SAID.replace("\0", "")


@pytest.fixture
def kept(engine: Engine) -> str:
    return BARE if engine.dialect.name == "postgresql" else SAID


def test_in_what_a_person_says(engine: Engine, talk: Talk, kept: str) -> None:
    session = talk(datetime.now(UTC), ("handoff", {}))
    inbox = Inbox(engine, dict)
    inbox.claim(session, "ann")
    inbox.note(session, "ann", SAID, "a-note-of-ann")
    inbox.reply(session, "ann", SAID, "a-reply-of-ann")
    assert [r.text for r in inbox.remarks(session) if r.text] == [kept, kept]


def test_in_the_reason_of_a_thumb(engine: Engine, talk: Talk, kept: str) -> None:
    session, conversations = talk(datetime.now(UTC), ("answer", {})), Conversations(engine, "shop")
    conversations.rate(session, 1, False, SAID)
    assert [thumb.reason for thumb in conversations.ratings(session)] == [kept]


def test_in_a_verdict(engine: Engine, kept: str) -> None:
    write_groups(engine, 1)
    group = ranked_groups(engine)[0].id
    claim(engine, "rea", group)
    title = {"en": SAID, "zh": SAID}
    give_verdict(engine, "rea", group, Ruling("new_intent", ("new:wrap",), title, answer=SAID, note=SAID))
    (example,) = examples(engine)
    assert (example.note, example.answer) == (kept, kept)
    assert example.title == {"en": BARE, "zh": BARE}


def test_in_an_answer_whose_parts_can_still_be_asked_for(engine: Engine, kept: str) -> None:
    content = {"when": {}, "next": [], "texts": {"en": SAID, "zh": SAID}}
    version = Answers(engine, "shop").add(Subject("template", "a.b"), "text", content, 0, "ann", SAID)
    assert (version.content, version.note) == ({**content, "texts": {"en": BARE, "zh": BARE}}, kept)
    with engine.connect() as db:
        assert db.scalar(select(AnswerVersion.content[("texts", "en")].as_string())) == BARE


def test_in_what_is_asked_for(engine: Engine) -> None:
    assert Conversations(engine, "shop").state("no\0body").turns == 0


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\0b", "ab"), ("\0\0", ""), ("\\u0000", "\\u0000"), ("\\\0", "\\"), ("\\\\u0000\0", "\\\\u0000")],
)
def test_json_keeps_what_only_looks_like_it(text: str, kept: str) -> None:
    assert to_json([text]) == to_json([kept])
