"""A message goes through all steps, its row is written before the reply, and nothing gets lost."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import opencc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.connectors import open_orders
from bot.pipeline import Bot, Step
from bot.turn import Turn
from data.answer.files import Subject, draft_desk
from data.database import open_database
from data.desk import Conditions, Slot, Template
from data.errors import MessageError
from data.log.conversations import Conversations
from data.release.release import Release
from data.tables import Base, TurnRow

PRIVATE = {  # kind: a message in each language, and what nobody may keep of it
    "email": ("mail it to jo.lark@example.org please", "发到 jo.lark@example.org 就行", ["jo.lark"]),
    "phone": ("call me on +1 (415) 555-2671", "打我手机 138 1234 5678", ["555-2671", "138 1234 5678"]),
    "card_number": (
        "my card 4242 4242 4242 4242 was declined",
        "我的卡号４２４２４２４２４２４２４２４２付不了",
        ["4242 4242", "４２４２", "42424242"],
    ),
    "national_id": (
        "my id is 11010519491231002X",
        "身份证11010519491231002X",
        ["11010519491231002X", "11010519491231002x"],
    ),
}
PROCESS = """
import sys
from pathlib import Path
from bot.pipeline import Bot
from data.log.conversations import Conversations
from data.database import open_database
from data.release.releases import Releases

home, database, session, turns = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
engine = open_database(f"sqlite:///{database}", database.parent)
bot = Bot.of(Releases(home, "shop").live(), Conversations(engine, "shop"))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(turns):
    print(bot.reply(session, "hello").number)
engine.dispose()
"""


class Broken(Bot):
    """A bot with one step that raises."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.breaks_at = 0

    @property
    def steps(self) -> tuple[Step, ...]:
        def breaks(turn: Turn) -> Turn:
            raise RuntimeError(f"cannot read {turn.number}")

        steps = super().steps
        return (*steps[: self.breaks_at], breaks, *steps[self.breaks_at + 1 :])


@pytest.fixture(scope="session")
def broken(release: Release, bot: Bot) -> Broken:
    return Broken.of(release, bot.conversations)  # type: ignore[return-value]


def rows(bot: Bot, session: str) -> list[TurnRow]:
    return bot.conversations.turns(session)


def another(bot: Bot, release: Release) -> Bot:
    return Bot.of(release, bot.conversations)


def everything_written(database: Path) -> bytes:
    """Return the bytes of the database and of its write-ahead log."""
    return b"".join(f.read_bytes() for f in database.parent.glob(f"{database.name}*"))


def test_the_row_is_there_when_the_reply_comes(bot: Bot, session: str, database: Path) -> None:
    turn = bot.reply(session, "where is my order HB-2048817?")
    with sqlite3.connect(database) as other:
        found = other.execute(
            "SELECT number, text, route, reply, release FROM turns WHERE session = ?", [session]
        )
        assert found.fetchall() == [(1, "where is my order HB-2048817?", "answer", turn.reply, turn.release)]
    other.close()


def test_the_row_says_why(bot: Bot, session: str) -> None:
    turn = bot.reply(session, "where is my order HB-2048817?")
    (row,) = rows(bot, session)
    assert (row.intent, row.confidence, row.reason) == (
        "track_order",
        turn.as_reply()["confidence"],
        "intent_accepted",
    )
    assert row.details["entities"] == turn.as_reply()["entities"]
    assert [p["id"] for p in row.details["passages"]] == [p.id for p in turn.passages]
    assert len(row.details["examples"]) == 5
    assert row.details["accept_at"] == round(turn.understanding.accept_at, 4)


@pytest.mark.parametrize("at", range(10))
@pytest.mark.parametrize(
    ("text", "sorry"), [("where is my order", "Sorry, something broke"), ("我的快递到哪了", "抱歉")]
)
def test_a_step_that_breaks_gives_an_honest_reply_and_a_row(
    text: str, sorry: str, at: int, broken: Broken, bot: Bot, session: str
) -> None:
    bot.reply(session, text)  # so that even a bot that cannot tell the language knows it
    broken.breaks_at = at
    turn = broken.reply(session, text)
    assert (turn.decision.route, turn.decision.reason) == ("handoff", "failure")
    assert turn.reply.startswith(sorry if at else "Sorry, something broke")
    assert [(r.route, r.reason, r.reply) for r in rows(bot, session)][1:] == [
        ("handoff", "failure", turn.reply)
    ]


def test_there_are_eleven_steps_to_break(bot: Bot) -> None:
    assert len(bot.steps) == 11


def test_what_broke_before_masking_is_not_kept(broken: Broken, bot: Bot, session: str) -> None:
    broken.breaks_at = 1
    broken.reply(session, "my card is 4242424242424242")
    assert [r.text for r in rows(bot, session)] == [""]


def test_after_a_failure_a_person_is_waited_for(broken: Broken, bot: Bot, session: str) -> None:
    broken.breaks_at = 3
    broken.reply(session, "where is my order")
    assert bot.conversations.state(session).owner == "waiting"


@pytest.mark.parametrize("chinese", [False, True], ids=["en", "zh"])
@pytest.mark.parametrize("kind", PRIVATE)
def test_personal_data_is_masked_and_nowhere_in_the_database(
    kind: str, chinese: bool, bot: Bot, session: str, database: Path
) -> None:
    *texts, private = PRIVATE[kind]
    turn = bot.reply(session, texts[chinese])
    (row,) = rows(bot, session)
    assert f"[{kind}]" in turn.text
    assert row.text == turn.text
    shown = f"{turn.as_reply()}{turn.reply}{row.details}"
    written = everything_written(database)
    assert [p for p in private if p in shown or p.encode() in written] == []


def test_turns_of_one_session_from_many_threads_follow_one_another(bot: Bot, session: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda n: bot.reply(session, f"hello {n}"), range(24)))
    assert sorted(t.number for t in turns) == list(range(1, 25))
    assert {r.number: r.text for r in rows(bot, session)} == {t.number: t.text for t in turns}


def test_two_processes_on_one_database_lose_no_turn(home: Path, tmp_path: Path, session: str) -> None:
    """They answer the same conversation as fast as they can: the numbers are shared out, none twice."""
    database = tmp_path / "shared.sqlite3"
    command = [sys.executable, "-c", PROCESS, str(home), str(database), session, "15"]
    both = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = []
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        answers += process.communicate(timeout=60)[0].split()
    assert [p.returncode for p in both] == [0, 0]
    assert sorted(map(int, answers)) == list(range(1, 31))
    engine = open_database(f"sqlite:///{database}", tmp_path)
    assert [r.number for r in Conversations(engine, "shop").turns(session)] == list(range(1, 31))
    engine.dispose()


def test_a_message_that_is_too_long_is_refused_politely(bot: Bot, session: str) -> None:
    turn = bot.reply(session, "where is my order? " * 300)
    assert (turn.decision.route, turn.decision.reason) == ("refuse", "too_long")
    assert turn.reply.startswith("That message is too long")
    assert len(rows(bot, session)[0].text) <= 4000


def test_a_message_of_the_longest_length_is_read(bot: Bot, session: str) -> None:
    assert bot.reply(session, "where is my order ".ljust(4000, "!")).decision.reason != "too_long"


def test_personal_data_across_the_cut_is_not_kept(bot: Bot, session: str) -> None:
    bot.reply(session, "x " * 1992 + "4242424242424242 " * 5)
    assert "42424242" not in rows(bot, session)[0].text


@pytest.mark.parametrize(
    "session",
    ["", " ", "a b", "a\n", "é", "x" * 65, "../etc/passwd", "<script>", None, 7, ["a"]],
    ids=repr,
)
def test_a_session_id_that_cannot_be_kept_is_refused(session: Any, bot: Bot) -> None:
    with pytest.raises(MessageError, match="session must be 1 to 64"):
        bot.reply(session, "hello")


@pytest.mark.parametrize("text", [None, 7, b"hello", ["hello"], {"text": "hello"}], ids=repr)
def test_a_text_that_is_none_is_refused(text: Any, bot: Bot, session: str) -> None:
    with pytest.raises(MessageError, match="text must be a string"):
        bot.reply(session, text)


@pytest.mark.parametrize("text", ["", " ", "\n\t\r", "\u3000"], ids=repr)
def test_an_empty_text_is_refused(text: str, bot: Bot, session: str) -> None:
    with pytest.raises(MessageError, match="text is empty"):
        bot.reply(session, text)


def test_a_refused_message_leaves_no_conversation(bot: Bot, session: str) -> None:
    with pytest.raises(MessageError):
        bot.reply(session, " ")
    assert bot.conversations.state(session).turns == 0


PIECES = st.sampled_from([
    "<script>alert(1)</script>", "&lt;b&gt;", "HB-2048817", "订单", "訂單", "where is my order",
    "👩‍👩‍👧‍👦", "🇨🇳", "\x00",
    "\x1b[31m", "\u202e", "\u200b", "\ud800", "\udfff", "\ufffd", "{order.number}", "{fact.return_days}",
    "[email]",
    "%s", "' OR 1=1 --", "é̂", "ﷺ", "\n", "4242 4242 4242 4242", "a@b.co", "0" * 60, "٣٤٥", "１２３",
    "𝒽𝑒𝓁𝓅", "\x85",
])  # fmt: skip
ANYTHING = st.one_of(st.text(max_size=80), st.lists(PIECES | st.text(max_size=4), max_size=8).map("".join))


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=ANYTHING)
def test_whatever_comes_is_answered_or_refused_with_a_reason(text: str, bot: Bot, session: str) -> None:
    try:
        turn = bot.reply(session, text)
    except MessageError:
        assert not text.encode("utf-8", "ignore").decode().strip()  # halves of characters are no text
        return
    assert turn.decision.reason != "failure"
    assert turn.reply
    assert rows(bot, session)[-1].reply == turn.reply


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "my name is <img src=x onerror=alert(1)>"])
def test_markup_is_not_repeated_in_a_reply(text: str, bot: Bot, session: str) -> None:
    turn = bot.reply(session, text)
    assert "<" not in turn.reply + "".join(turn.quick_replies)


def test_a_conversation_goes_on_with_a_new_bot(bot: Bot, release: Release, session: str) -> None:
    """As after a restart, or a new release: what was asked for is still known."""
    assert bot.reply(session, "where is my order").decision.reason == "slot_missing"
    turn = another(bot, release).reply(session, "HB-2048817")
    assert (turn.number, turn.decision.reason, turn.decision.intents) == (2, "slot_filled", ("track_order",))


def test_a_bot_on_another_release_keeps_the_conversations(bot: Bot, release: Release, session: str) -> None:
    bot.reply(session, "我的快递到哪了")
    turn = bot.on(replace(release, id="19990101-01")).reply(session, "HB-2048817")
    assert (turn.decision.reason, turn.release) == ("slot_filled", "19990101-01")
    assert [r.release for r in rows(bot, session)] == [release.id, "19990101-01"]


def test_traditional_is_answered_in_traditional(bot: Bot, session: str) -> None:
    asked = bot.reply(session, "我的訂單到哪裡了")
    answered = bot.reply(session, "HB-2048817")
    assert (asked.language, asked.script) == ("zh", "Hant")
    assert "訂單" in asked.reply
    assert "訂單 HB-2048817" in answered.reply
    shown = [asked.reply, answered.reply, *asked.quick_replies, *answered.quick_replies]
    assert [text for text in shown if opencc.OpenCC("s2tw").convert(text) != text] == []


def test_a_known_order_is_stated_from_the_order_system(bot: Bot, session: str) -> None:
    order = open_orders(bot.desk).find("HB-2048817")
    assert order is not None
    assert order.tracking is not None
    assert order.tracking in bot.reply(session, "where is my order hb 2048817").reply


# trying out


@pytest.mark.parametrize("text", ["where is my order HB-2048817", "怎么退货", "sing me a song", "x" * 5000])
def test_trying_out_answers_as_a_first_message_is_answered(text: str, bot: Bot, session: str) -> None:
    tried, answered = bot.try_out(text).as_reply(), bot.reply(session, text).as_reply()
    differs = {"session", "ms"}
    assert {k: v for k, v in tried.items() if k not in differs} == {
        k: v for k, v in answered.items() if k not in differs
    }


def test_trying_out_writes_nothing_and_remembers_nothing(bot: Bot) -> None:
    with bot.conversations.engine.connect() as db:
        before = [db.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables]
        turns = [bot.try_out(text) for text in ("where is my order", "HB-2048817", "give me a person")]
        after = [db.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables]
    assert before == after
    assert [t.number for t in turns] == [1, 1, 1]
    assert turns[1].decision.reason == "order_named"


@pytest.mark.parametrize("text", ["", " ", "\udfff"])
def test_an_empty_message_can_not_be_tried_out(text: str, bot: Bot) -> None:
    with pytest.raises(MessageError, match="text is empty"):
        bot.try_out(text)


def test_a_bot_with_other_words_understands_the_same(bot: Bot) -> None:
    texts = {"when": {}, "next": [], "texts": {"en": "Any time.", "zh": "不客气。"}}
    desk = draft_desk(bot.desk.folder, {Subject("template", "thanks.general"): texts})
    other = bot.with_answers(desk, bot.retriever)
    one, two = other.try_out("thank you so much"), bot.try_out("thank you so much")
    assert one.reply == "Any time."
    assert (one.understanding.intents, one.decision) == (two.understanding.intents, two.decision)


@pytest.mark.parametrize(
    ("language", "asked", "number", "said"),
    [
        ("en", "can I buy a gift card?", "it is bk 40213", "Booking BK-40213"),
        ("en", "can I buy a gift card?", "40213", "Booking BK-40213"),
        ("zh", "你们有礼品卡卖吗", "BK四零二一三", "预订 BK-40213"),
    ],
)
def test_a_desk_asks_for_numbers_of_its_own(
    language: str, asked: str, number: str, said: str, steady: Bot
) -> None:
    ask = {"en": "Which booking? It looks like BK-40213.", "zh": "哪一笔预订？形如 BK-40213。"}
    slots = {**steady.desk.slots, "booking": Slot(example="BK-40213", ask=ask)}
    card = steady.desk.intents["gift_card"].model_copy(update={"slots": ("booking",)})
    texts = {"en": "Booking {slot.booking} is noted.", "zh": "预订 {slot.booking} 已记下。"}
    answer = Template(id="gift_card.booked", texts=texts)
    intents = {**steady.desk.intents, card.id: card}
    answers = {**steady.desk.answers, card.id: (answer,)}
    desk = steady.desk.model_copy(update={"slots": slots, "intents": intents, "answers": answers})
    bot, session = steady.with_answers(desk, steady.retriever), uuid4().hex
    first = bot.reply(session, asked)
    assert (first.decision.route, first.reply) == ("ask_slot", ask[language])
    assert said in bot.reply(session, number).reply


def test_a_number_that_was_asked_for_is_not_taken_for_a_phone(steady: Bot) -> None:
    slot = steady.desk.slots["order_number"].model_copy(update={"example": "4155550123"})
    desk = steady.desk.model_copy(update={"slots": {"order_number": slot}})
    bot, session = steady.with_answers(desk, steady.retriever), uuid4().hex
    assert bot.reply(session, "4155550123").text == "[phone]"
    assert bot.reply(session, "where is my parcel").decision.route == "ask_slot"
    found = bot.reply(session, "4155550123")
    assert (found.text, found.decision.reason) == ("4155550123", "order_not_found")


def without_order_system(steady: Bot, **answers: Template) -> Bot:
    """Return a bot of a desk that names no order system, with one answer only to some intents."""
    noted = {
        "en": "Thank you, I have noted {slot.order_number}.",
        "zh": "号码 {slot.order_number} 已经记下。",
    }
    templates = {
        **steady.desk.templates,
        "system.number_noted": Template(id="system.number_noted", texts=noted),
    }
    kept = {i: of for i, of in steady.desk.answers.items() if i not in answers}
    own = {intent: (answer,) for intent, answer in answers.items()}
    templates = {t.id: t for t in templates.values() if t.intent not in answers}
    templates |= {t.id: t for t in answers.values()}
    changed = {"connectors": {}, "templates": templates, "answers": {**kept, **own}}
    return steady.with_answers(steady.desk.model_copy(update=changed), steady.retriever)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("where is my order", "Thank you, I have noted HB-2048817."),
        ("我的快递到哪了", "号码 HB-2048817 已经记下。"),
    ],
)
def test_what_nobody_can_look_up_goes_to_a_person_with_its_number(steady: Bot, asked: str, said: str) -> None:
    bot, session = without_order_system(steady), uuid4().hex
    assert bot.reply(session, asked).decision.route == "ask_slot"
    found = bot.reply(session, "HB-2048817")
    assert (found.decision.route, found.decision.reason, found.owner) == (
        "handoff", "number_noted", "waiting",
    )  # fmt: skip
    assert found.reply.startswith(said)
    assert len(found.reply) > len(said)  # and that a person comes
    assert not bot.suggestions(session)[0].text.startswith(said)


def test_an_answer_that_only_repeats_the_number_needs_no_order_system(steady: Bot) -> None:
    texts = {
        "en": "Send us {slot.order_number} with the form.",
        "zh": "请把 {slot.order_number} 和表格寄来。",
    }
    bot = without_order_system(steady, track_order=Template(id="track_order.form", texts=texts))
    session = uuid4().hex
    assert bot.reply(session, "where is my order").decision.route == "ask_slot"
    found = bot.reply(session, "HB-2048817")
    assert (found.decision.route, found.reply) == ("answer", "Send us HB-2048817 with the form.")


@pytest.mark.parametrize("gone", ["all", "what fits"])
def test_without_an_answer_a_person_takes_over(steady: Bot, gone: str) -> None:
    never = Template(id="gift_card.never", when=Conditions(mood="unhappy"), texts={"en": "-", "zh": "-"})
    answers = {i: of for i, of in steady.desk.answers.items() if i != "gift_card"}
    if gone == "what fits":
        answers["gift_card"] = (never,)
    bot = steady.with_answers(steady.desk.model_copy(update={"answers": answers}), steady.retriever)
    turn = bot.reply(uuid4().hex, "do you sell gift cards?")
    assert (turn.decision.route, turn.owner) == ("handoff", "waiting")
    assert turn.decision.reason == ("a_matter_for_people" if gone == "all" else "no_answer")
    assert "colleague" in turn.reply


def test_a_number_that_was_asked_for_keeps_the_language(steady: Bot) -> None:
    slot = steady.desk.slots["order_number"].model_copy(update={"example": "RES-48213"})
    desk = steady.desk.model_copy(update={"slots": {"order_number": slot}})
    bot, session = steady.with_answers(desk, steady.retriever), uuid4().hex
    bot.reply(session, "我的快递到哪了")
    assert bot.reply(session, "RES-48213").language == "zh"
