"""The HTTP door: the same answers, and never a 500 for what somebody sends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.api import MOST_BYTES, add_api
from bot.ask import answer_line
from bot.pipeline import Bot

MESSAGES = "/api/v1/messages"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client(bot: Bot) -> Iterator[TestClient]:
    app = FastAPI()
    add_api(app, lambda: bot)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_the_api_answers_what_the_command_answers(client: TestClient, bot: Bot) -> None:
    first, second = ({"text": "where is my order HB-2048817?", "session": uuid4().hex} for _ in range(2))
    answered = client.post(MESSAGES, json=first)
    assert answered.status_code == 200
    expected = answer_line(bot, json.dumps(second))
    differs = {"session", "ms"}
    assert list(answered.json()) == list(expected)
    assert {k: v for k, v in answered.json().items() if k not in differs} == {
        k: v for k, v in expected.items() if k not in differs
    }


def test_one_session_is_one_conversation(client: TestClient) -> None:
    session = uuid4().hex
    turns = [
        client.post(MESSAGES, json={"session": session, "text": text}).json()
        for text in ("我的快递到哪了", "HB-2048817")
    ]
    assert [(t["turn"], t["reason"]) for t in turns] == [(1, "slot_missing"), (2, "slot_filled")]


@pytest.mark.parametrize("fields", [{}, {"session": None}], ids=str)
def test_who_names_no_session_gets_one(fields: dict[str, Any], client: TestClient) -> None:
    first, second = (client.post(MESSAGES, json={"text": "hello", **fields}).json() for _ in range(2))
    assert first["session"] != second["session"]


BAD = {
    "no body": b"",
    "no JSON": b"hello",
    "half of it": b'{"text": "hi"',
    "a list": b'["hi"]',
    "a text": b'"hi"',
    "null": b"null",
    "no text": b"{}",
    "a number": b'{"text": 7}',
    "text null": b'{"text": null}',
    "a list of texts": b'{"text": ["hi"]}',
    "empty": b'{"text": ""}',
    "blank": b'{"text": " \\n "}',
    "session a number": b'{"text": "hi", "session": 7}',
    "session with blanks": b'{"text": "hi", "session": "a b"}',
    "session empty": b'{"text": "hi", "session": ""}',
    "unknown field": b'{"text": "hi", "colour": "red"}',
    "broken UTF-8": b'{"text": "caf\xe9"}',
    "only broken bytes": b"\xff\xfe\xfa",
    "zeros": b"\x00" * 100,
    "nested": b'{"text": ' + b"[" * 100_000,
    "a number of 5000 digits": b'{"text": ' + b"1" * 5000 + b"}",
    "surrogate as field": b'{"\\ud800": 1, "text": "hi"}',
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_a_bad_request_is_told_what_is_wrong(body: bytes, client: TestClient) -> None:
    answered = client.post(MESSAGES, content=body, headers=JSON)
    assert 400 <= answered.status_code < 500
    assert list(answered.json()) == ["error"]
    assert answered.json()["error"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{}", "text"),
        (b'{"text": 7}', "text"),
        (b'{"text": ""}', "text is empty"),
        (b'{"text": "hi", "session": "a b"}', "session must be 1 to 64"),
        (b'{"text": "hi", "colour": "red"}', "colour"),
    ],
)
def test_the_error_names_the_field(body: bytes, says: str, client: TestClient) -> None:
    assert says in client.post(MESSAGES, content=body, headers=JSON).json()["error"]


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "👩‍👩‍👧‍👦", "\x00\x07\x1b[31m", "\ud800 order", "我的订单\udfff",
     "a\u2028b\u0085c",
     "{order.number}", "' OR 1=1 --", "x" * 100_000],
    ids=lambda text: repr(text)[:20],
)  # fmt: skip
def test_an_odd_text_is_answered(text: str, client: TestClient) -> None:
    answered = client.post(MESSAGES, content=json.dumps({"text": text}), headers=JSON)
    assert answered.status_code == 200
    assert answered.json()["reason"] != "failure"
    assert "<" not in answered.json()["reply"]


def test_answers_are_json_that_no_browser_takes_for_a_page(client: TestClient) -> None:
    answered = client.post(MESSAGES, json={"text": "<script>alert(1)</script>"})
    assert answered.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_kind_of_content_is_refused_or_read(kind: str | None, client: TestClient) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answered = client.post(MESSAGES, content=b"text=hello", headers=headers)
    assert 400 <= answered.status_code < 500
    assert list(answered.json()) == ["error"]


def body_of(size: int) -> bytes:
    return b'{"text": "%s"}' % (b"a" * (size - 12))


def test_a_request_of_the_largest_size_is_read(client: TestClient) -> None:
    answered = client.post(MESSAGES, content=body_of(MOST_BYTES), headers=JSON)
    assert (answered.status_code, answered.json()["reason"]) == (200, "too_long")


def test_a_request_that_is_too_large_is_refused(client: TestClient) -> None:
    answered = client.post(MESSAGES, content=body_of(MOST_BYTES + 1), headers=JSON)
    assert answered.status_code == 413
    assert "larger than 262144 bytes" in answered.json()["error"]


def test_a_request_that_hides_its_size_is_refused_too(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    assert client.post(MESSAGES, content=pieces(), headers=JSON).status_code == 413


@pytest.mark.parametrize("path", ["/upload", "/gradio_api/upload", "/gradio_api/upload/", "/anything/upload"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_files_are_not_taken(method: str, path: str, client: TestClient) -> None:
    answered = client.request(method, path, files={"files": ("a.txt", b"hello")})
    assert (answered.status_code, answered.json()) == (403, {"error": "files are not taken here"})


def test_healthz(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_names_the_release(client: TestClient, bot: Bot) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "release": bot.release}


def test_readyz_says_when_the_database_is_gone(bot: Bot, tmp_path: Any) -> None:
    from sqlalchemy import create_engine

    from data.log.conversations import Conversations

    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")  # it has no tables
    lost = Bot.__new__(Bot)
    lost.__dict__.update(bot.__dict__, conversations=Conversations(engine, "shop"))
    app = FastAPI()
    add_api(app, lambda: lost)
    with TestClient(app) as client:
        answered = client.get("/readyz")
    engine.dispose()
    assert answered.status_code == 503
    assert "the database does not answer" in answered.json()["error"]


@pytest.mark.parametrize("path", [MESSAGES, "/healthz", "/readyz"])
def test_the_wrong_method_is_told_so(path: str, client: TestClient) -> None:
    assert client.delete(path).status_code == 405


def test_the_description_has_examples_and_errors(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"][MESSAGES]["post"]
    assert set(described["responses"]) >= {"200", "413", "422"}
    examples = described["requestBody"]["content"]["application/json"]["examples"]
    for example in examples.values():
        assert client.post(MESSAGES, json=example["value"]).status_code == 200


def test_the_description_has_every_field_of_an_answer(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["components"]["schemas"]["AnswerOut"]["properties"]
    assert list(described) == list(client.post(MESSAGES, json={"text": "hello"}).json())


def test_the_document_names_every_route_and_field(client: TestClient) -> None:
    told = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    described = client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        assert all(f"`{method.upper()} {path}`" in told for method in methods)
    for name, schema in described["components"]["schemas"].items():
        if not name.endswith("ValidationError"):
            assert [field for field in schema["properties"] if f"`{field}`" not in told] == []
