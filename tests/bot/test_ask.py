"""Messages on stdin, answers on stdout: one JSON object a line, in order, whatever the lines are."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.ask import answer_all
from bot.pipeline import Bot

TOO_MUCH = "where is my order? " * 60_000  # over a megabyte
FIELDS: dict[str, Any] = {
    "session": str, "turn": int, "text": str, "language": str, "intent": (str, type(None)),
    "confidence": float,
    "intents": list, "requests": list, "entities": list, "sentiment": float, "route": str, "reason": str,
    "reply": str, "owner": str, "passages": list, "quick_replies": list, "release": str, "ms": float,
}  # fmt: skip
PARTS = {
    "intents": {"id": str, "confidence": float},
    "requests": {"id": str, "confidence": float},
    "entities": {"type": str, "text": str, "value": str, "start": int, "end": int},
    "passages": {"id": str, "kind": str, "title": str, "score": float},
}
ROUTES = {"answer", "ask_slot", "clarify", "search", "social", "refuse", "handoff"}


def ask(bot: Bot, *lines: str | bytes) -> list[dict[str, Any]]:
    raw = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    out = io.StringIO()
    answer_all(bot, io.BytesIO(raw), out)
    written = out.getvalue()
    assert written.endswith("\n") or not lines
    return [json.loads(line) for line in written.split("\n")[:-1]]


def line(**fields: Any) -> str:
    return json.dumps(fields)


@pytest.mark.parametrize(
    "text",
    ["where is my order HB-2048817", "我的快递到哪了", "hello", "write me a poem",
     "my mail is jo@example.org",
     "do you ship to Canada?", "my account was hacked", "!!!", "cancel HB-1000002 and how do points work?"],
)  # fmt: skip
def test_an_answer_has_exactly_the_fields_of_the_interface(text: str, bot: Bot) -> None:
    (answer,) = ask(bot, text)
    assert list(answer) == list(FIELDS)
    assert {name for name, kind in FIELDS.items() if not isinstance(answer[name], kind)} == set()
    for name, parts in PARTS.items():
        for item in answer[name]:
            assert list(item) == list(parts)
            assert [n for n, kind in parts.items() if not isinstance(item[n], kind)] == []
    assert answer["route"] in ROUTES
    assert all(isinstance(q, str) for q in answer["quick_replies"])


def test_entities_are_where_they_say_in_the_masked_text(bot: Bot) -> None:
    (answer,) = ask(bot, "HB-2048817 for jo@example.org, 2 of the Ridge 2 tent to Canada")
    assert {e["type"] for e in answer["entities"]} >= {"order_number", "email", "country"}
    assert [answer["text"][e["start"] : e["end"]] for e in answer["entities"]] == [
        e["text"] for e in answer["entities"]
    ]


def test_intents_are_ranked_and_requests_among_them(bot: Bot) -> None:
    (answer,) = ask(bot, "how do I use my loyalty points? And do you ship to Germany?")
    confidence = [i["confidence"] for i in answer["intents"]]
    assert confidence == sorted(confidence, reverse=True)
    assert answer["intent"] in {r["id"] for r in answer["requests"]}


@pytest.mark.parametrize("text", ["write me a poem about the sea", "!!!", "写一首关于春天的诗"])
def test_an_intent_that_is_not_acted_on_is_null(text: str, bot: Bot) -> None:
    (answer,) = ask(bot, text)
    assert answer["intent"] is None


def test_answers_come_in_the_order_of_the_lines(bot: Bot) -> None:
    texts = [f"where is HB-100000{n}" for n in range(1, 8)]
    assert [a["text"] for a in ask(bot, *texts)] == texts


def test_one_session_is_one_conversation(bot: Bot) -> None:
    first, second = uuid4().hex, uuid4().hex
    answers = ask(
        bot,
        line(session=first, text="where is my order"),
        line(session=second, text="我的快递到哪了"),
        "hello",
        line(session=first, text="HB-2048817"),
        line(session=second, text="HB-1000004"),
    )
    assert [a["turn"] for a in answers] == [1, 1, 1, 2, 2]
    assert [answers[i]["session"] for i in (0, 1, 3, 4)] == [first, second, first, second]
    assert [(a["language"], a["reason"]) for a in answers[3:]] == [
        ("en", "slot_filled"),
        ("zh", "slot_filled"),
    ]


def test_plain_lines_are_conversations_of_their_own(bot: Bot) -> None:
    first, second = ask(bot, "where is my order", "hello")
    assert first["session"] != second["session"]
    assert (first["turn"], second["turn"]) == (1, 1)


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ("", "text is empty"),
        ("   ", "text is empty"),
        ("\x00\x00", None),
        ("{", "starts like JSON but is none"),
        ('{"text": "hi"', "starts like JSON but is none"),
        ("{}", '"text" is missing'),
        ('{"text": 7}', "text must be a string, got int"),
        ('{"text": null}', "text must be a string, got NoneType"),
        ('{"text": ["hi"]}', "text must be a string, got list"),
        ('{"text": ""}', "text is empty"),
        ('{"text": "hi", "session": 7}', "session must be"),
        ('{"text": "hi", "session": ""}', "session must be"),
        ('{"text": "hi", "session": "a b"}', "session must be"),
        ('{"text": "hi", "colour": "red"}', "unknown fields ['colour']"),
        ('{"\\ud800": 1, "text": "hi"}', "unknown fields"),
        ('{"text": ' + "[" * 100_000, "nested too deeply"),
        (b"\xff\xfe\xfa", None),
        (b'{"text": "caf\xe9 order"}', None),
        ('{"text": "\\ud800 where is my order"}', None),
        ('{"text": "我的订单\\udfff"}', None),
        (TOO_MUCH, None),
        (json.dumps({"text": TOO_MUCH}), None),
        ("{" * 1_000_000, "starts like JSON but is none"),
        ("\x1b[31mred\x07 where is my order", None),
        ("a\u2028b\u0085c\x0bd\x0ce", None),
        ("<script>alert(1)</script>", None),
        ("👩‍👩‍👧‍👦" * 50, None),
        ("where is my order\r", None),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bad_line_is_answered_in_its_place(bad: str | bytes, error: str | None, bot: Bot) -> None:
    before, answer, after = ask(bot, "hello", bad, "hello")
    assert before["route"] == after["route"] == "social"
    if error:
        assert list(answer) == ["error"]
        assert error in answer["error"]
    else:
        assert answer["reply"]
        assert answer["reason"] != "failure"


def test_a_message_of_a_megabyte_is_refused_politely(bot: Bot) -> None:
    (answer,) = ask(bot, TOO_MUCH)
    assert (answer["route"], answer["reason"]) == ("refuse", "too_long")
    assert len(answer["text"]) <= 4000


def test_control_characters_do_not_come_back(bot: Bot) -> None:
    (answer,) = ask(bot, "\x1b[31mwhere\x07 is\x00 my order\x7f")
    assert answer["text"] == "[31mwhere is my order"


def test_no_lines_get_no_answers(bot: Bot) -> None:
    assert ask(bot) == []


def test_the_last_line_needs_no_end(bot: Bot) -> None:
    out = io.StringIO()
    answer_all(bot, io.BytesIO(b"hello\nthank you"), out)
    assert [json.loads(a)["intent"] for a in out.getvalue().splitlines()] == ["greeting", "thanks"]


def test_each_answer_is_written_before_the_next_line_is_read(bot: Bot) -> None:
    out = io.StringIO()
    written = []

    def lines() -> Any:
        for text in (b"hello\n", b"thank you\n"):
            written.append(out.getvalue().count("\n"))
            yield text

    answer_all(bot, lines(), out)
    assert written == [0, 1]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_command_answers_in_utf8_whatever_the_terminal(encoding: str, home: Path, tmp_path: Path) -> None:
    lines = "我的快递到哪了\nwhere is my order\n{\n".encode() + b"\xff\xfe\n"
    done = subprocess.run(
        [sys.executable, "-m", "bot.ask"],
        input=lines,
        capture_output=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "FRONTDESK_HOME": str(home),
            "FRONTDESK_DATABASE_URL": f"sqlite:///{tmp_path / 'ask.sqlite3'}",
            "PYTHONIOENCODING": encoding,
        },
    )
    assert (done.returncode, done.stderr) == (0, b"")
    answers = [json.loads(a) for a in done.stdout.decode("utf-8").splitlines()]
    assert [a.get("language") for a in answers[:2]] == ["zh", "en"]
    assert "error" in answers[2]
    assert len(answers) == 4
