"""The log is searched alike on every database, and agrees with looking at each turn."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, text, update

from data.log.conversations import Conversations
from data.log.filter import LogFilter
from data.log.search import COUNTED, SNIPPET, LogSearch
from data.log.words import BATCH, TABLE, WORDS, forget_erased, index_remark, index_rest, index_turn
from data.tables import Conversation, Feedback, Remark, TurnRow, TurnVector

START = datetime(2026, 11, 1, 8, tzinfo=UTC)
SAID = {
    "a": ["我要退款", "退款多久到账？", "谢谢"],
    "b": ["Where is my refund?", "HB-2048817"],
    "c": ["能开PDF发票吗", "ok"],
    "d": ["I was refunded twice", "订单HB-2048817退款了吗"],
}


@pytest.fixture
def log(engine: Engine) -> LogSearch:
    """Four conversations, the turns one minute apart, in the order of `SAID`."""
    conversations, at = Conversations(engine, "kiosk"), START
    for session, texts in SAID.items():
        for number, said in enumerate(texts, 1):
            turn = {
                "session": session, "number": number, "at": at, "text": said,
                "language": "en" if said.isascii() else "zh",
                "intent": "track_refund" if number == 1 else None,
                "confidence": 0.9 if number == 1 else 0.3, "route": "answer" if number == 1 else "clarify",
                "reason": "intent_accepted", "reply": "退款 refund", "release": f"r-{session}", "ms": 1.0,
                "sentiment": -0.6 if session == "d" else 0.0, "details": {},
            }  # fmt: skip
            conversations.add(turn, {}, "waiting" if session == "c" else "bot")
            at += timedelta(minutes=1)
    with engine.begin() as db:
        db.execute(update(Conversation).where(Conversation.session == "b").values(csat=2))
    conversations.rate("a", 2, helpful=False)
    conversations.rate("b", 1, helpful=True)
    return LogSearch(engine)


def found(log: LogSearch, **wanted: Any) -> list[str]:
    """Return what is found, as session and number."""
    return [f"{hit.session}{hit.number}" for hit in log.find(LogFilter(**wanted)).hits]


def test_every_conversation_comes_once_newest_first(log: LogSearch) -> None:
    assert found(log) == ["d2", "c2", "b2", "a3"]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("退款", ["d2", "a2"]),
        ("退", ["d2", "a2"]),
        ("refund", ["d1", "b1"]),
        ("REFUNDED", ["d1"]),
        ("hb-2048817", ["d2", "b2"]),
        ("HB 退款", ["d2"]),
        ("发票 pdf", ["c1"]),
        ("発票", []),
        ("?!", []),
        ("' OR 1=1 --", []),
        ('"; DROP TABLE turns; --', []),
        ("NEAR(a b) * ^ words:x", []),
        ("'", []),
    ],
)
def test_words_find_what_has_them_all(words: str, hits: list[str], log: LogSearch) -> None:
    assert found(log, words=words) == hits


@pytest.mark.parametrize(
    ("wanted", "hits"),
    [
        ({"language": "zh"}, ["d2", "c1", "a3"]),
        ({"intent": "track_refund"}, ["d1", "c1", "b1", "a1"]),
        ({"intent": "none", "language": "en"}, ["c2", "b2"]),
        ({"route": "clarify", "words": "退款"}, ["d2", "a2"]),
        ({"reason": "injury"}, []),
        ({"least": 0.8}, ["d1", "c1", "b1", "a1"]),
        ({"most": 0.5, "release": "r-a"}, ["a3"]),
        ({"least": 0.9, "most": 1.0, "release": "r-a"}, ["a1"]),
        ({"mood": "negative"}, ["d2"]),
        ({"mood": "neutral"}, ["c2", "b2", "a3"]),
        ({"thumb": False}, ["a2"]),
        ({"thumb": True, "words": "refund"}, ["b1"]),
        ({"csat": 2}, ["b2"]),
        ({"csat": 5}, []),
        ({"owner": "waiting"}, ["c2"]),
        ({"owner": "waiting", "words": "发票"}, ["c1"]),
        ({"owner": "bot"}, ["d2", "b2", "a3"]),
        ({"owner": "person"}, []),
        ({"since": START + timedelta(minutes=7)}, ["d2"]),
        ({"until": START + timedelta(minutes=2)}, ["a2"]),
        ({"since": START + timedelta(minutes=1), "until": START + timedelta(minutes=2)}, ["a2"]),
        ({"since": START + timedelta(days=1)}, []),
        ({"until": START + timedelta(minutes=5), "words": "refund"}, ["b1"]),
    ],
    ids=str,
)
def test_filters(wanted: dict[str, Any], hits: list[str], log: LogSearch) -> None:
    assert found(log, **wanted) == hits


def test_filters_agree_with_looking_at_each_turn(log: LogSearch) -> None:
    kept = {"language": ("en", "zh"), "intent": ("track_refund",), "route": ("answer", "clarify")}
    turns = [t for session in SAID for t in Conversations(log._engine, "kiosk").turns(session)]
    for values in product(*((None, *choices) for choices in kept.values())):
        wanted = dict(zip(kept, values, strict=True))
        fitting = [t for t in turns if all(v is None or getattr(t, n) == v for n, v in wanted.items())]
        newest = {t.session: f"{t.session}{t.number}" for t in fitting}
        assert found(log, **wanted) == sorted(newest.values(), reverse=True)
        assert log.count(LogFilter(**wanted)) == len(fitting)


@pytest.mark.parametrize("words", ["", "退款"])
def test_pages_hold_every_conversation_once(words: str, log: LogSearch) -> None:
    pages, before = [], None
    while True:
        page = log.find(LogFilter(words), before, most=1)
        pages += [hit.session for hit in page.hits]
        before = page.next
        if before is None:
            break
    assert list(dict.fromkeys(pages)) == [hit.session for hit in log.find(LogFilter(words)).hits]


def test_messages_are_counted_up_to_a_limit(log: LogSearch, engine: Engine) -> None:
    rows = [_row("a", number) for number in range(4, COUNTED + 20)]
    with engine.begin() as db:
        db.execute(insert(TurnRow), rows)
    assert log.count(LogFilter()) == COUNTED + 1


def test_a_hit_says_what_it_is(log: LogSearch) -> None:
    (hit,) = log.find(LogFilter("refund", thumb=True)).hits
    assert (hit.session, hit.number, hit.at) == ("b", 1, START + timedelta(minutes=3))
    assert (hit.language, hit.intent, hit.route) == ("en", "track_refund", "answer")
    assert (hit.owner, hit.csat, hit.thumb, hit.said_by) == ("bot", 2, True, "customer")
    assert hit.pieces == [("Where is my ", False), ("refund", True), ("?", False)]


def test_a_long_message_is_shown_around_the_hit(log: LogSearch, engine: Engine) -> None:
    said = "x " * 500 + "needle " + "y " * 500
    Conversations(engine, "kiosk").add(_row("e", 1, text=said), {}, "bot")
    (hit,) = log.find(LogFilter("needle")).hits
    assert ("needle", True) in hit.pieces
    assert hit.pieces[0] == hit.pieces[-1] == ("…", False)
    assert len("".join(piece for piece, _ in hit.pieces)) == SNIPPET + 2


def test_what_people_wrote_is_found_by_their_turn(log: LogSearch, engine: Engine) -> None:
    _remark(engine, "c", 1, "发票已经补开")
    _remark(engine, "c", 1, "second look by Wang")
    (hit,) = log.find(LogFilter("补开")).hits
    assert (hit.session, hit.number, hit.said_by) == ("c", 1, "ann")
    assert found(log, words="补开 wang pdf") == ["c1"]


def test_words_after_no_turn_are_left_alone(log: LogSearch, engine: Engine) -> None:
    _remark(engine, "c", 9, "nowhere")
    assert found(log, words="nowhere") == []


def test_what_was_rolled_back_is_not_found(log: LogSearch, engine: Engine) -> None:
    with engine.connect() as db:
        db.execute(insert(TurnRow), _row("a", 4, text="zebra"))
        index_turn(db, 10, "zebra")
        db.rollback()
    assert found(log, words="zebra") == []


def test_an_erased_conversation_leaves_no_words(log: LogSearch, engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(delete(TurnVector))
        db.execute(delete(Feedback).where(Feedback.session == "a"))
        db.execute(delete(TurnRow).where(TurnRow.session == "a"))
        db.execute(delete(Conversation).where(Conversation.session == "a"))
        assert db.scalar(text(f"SELECT count(*) FROM {TABLE}")) == 6
    assert found(log, words="退款") == ["d2"]


def test_what_was_erased_is_not_even_in_the_files(log: LogSearch, engine: Engine) -> None:
    Conversations(engine, "kiosk").add(_row("e", 1, text="zebracrossing"), {}, "bot")
    if engine.dialect.name == "sqlite":
        assert _in_index(engine, "zebracrossing")
    with engine.begin() as db:
        db.execute(delete(TurnRow).where(TurnRow.session == "e"))
    forget_erased(engine)
    assert found(log, words="zebracrossing") == []
    assert found(log, words="refund") == ["d1", "b1"]
    if engine.dialect.name == "sqlite":
        assert not _in_index(engine, "zebracrossing")


def test_indexing_everything_again_changes_nothing(log: LogSearch, engine: Engine) -> None:
    _remark(engine, "c", 1, "发票已经补开")
    asked = ("退款", "refund", "补开", "谢谢", "HB")
    before = [found(log, words=words) for words in asked]
    with engine.begin() as db:
        db.execute(delete(WORDS[engine.dialect.name]))
    assert index_rest(engine) == 9
    assert [found(log, words=words) for words in asked] == before


def test_more_turns_than_are_indexed_at_once(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(insert(Conversation), {"session": "big", "desk": "kiosk"})
        db.execute(insert(TurnRow), [_row("big", n, text=f"word{n}x") for n in range(1, BATCH + 3)])
    assert index_rest(engine) == BATCH + 2
    assert index_rest(engine) == 0
    log = LogSearch(engine)
    assert [found(log, words=f"word{n}x") for n in (1, BATCH + 2)] == [["big1"], [f"big{BATCH + 2}"]]


def _row(session: str, number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "session": session, "number": number, "text": "hello", "language": "en", "intent": None,
        "confidence": 0.2, "route": "refuse", "reason": "out_of_scope", "reply": "Sorry.", "release": "r",
        "ms": 1.0, "details": {},
    }  # fmt: skip
    return row | changes


def _in_index(engine: Engine, word: str) -> bool:
    with engine.connect() as db:
        blocks = db.execute(text(f"SELECT block FROM {TABLE}_data")).scalars().all()
    return any(word.encode() in block for block in blocks)


def _remark(engine: Engine, session: str, after: int, words: str) -> None:
    row = {"session": session, "after": after, "author": "ann", "kind": "note", "text": words}
    with engine.begin() as db:
        db.execute(insert(Remark), row)
        index_remark(db, session, after, words)
