"""An alert goes out once, by webhook and by mail, and again later where it did not arrive."""

import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, update

from bot.alerts import ATTEMPTS, AlertWatch
from data.desk import Desk
from data.settings import Settings
from data.tables import AlertRow, now

ALERT = {"day": date(2026, 6, 1), "intent": "get_refund", "negative": 15, "expected": 2.1, "limit": 9}


class Hook(BaseHTTPRequestHandler):
    """A webhook that refuses as long as `refuse` is set."""

    got: list[dict[str, Any]]
    refuse = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not type(self).refuse:
            self.got.append(json.loads(body))
        self.send_response(503 if type(self).refuse else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Post(socketserver.StreamRequestHandler):
    """As much of a mail server as taking one letter needs."""

    letters: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                self.letters.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")


@pytest.fixture
def hook() -> Iterator[tuple[str, type[Hook]]]:
    handler = type("OwnHook", (Hook,), {"got": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/alerts", handler
        server.shutdown()


@pytest.fixture
def post_office() -> Iterator[tuple[str, type[Post]]]:
    handler = type("OwnPost", (Post,), {"letters": []})
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()


def watch_with(engine: Engine, desk: Desk, home: Path, **given: Any) -> AlertWatch:
    with engine.begin() as db:
        db.execute(insert(AlertRow), ALERT)
    return AlertWatch(engine, desk, Settings(home=home, **given))


def kept(engine: Engine) -> Any:
    with engine.connect() as db:
        return db.execute(select(AlertRow.__table__)).one()


def test_a_webhook_gets_it_once(
    engine: Engine, desk: Desk, tmp_path: Path, hook: tuple[str, type[Hook]]
) -> None:
    url, handler = hook
    watch = watch_with(engine, desk, tmp_path, alert_webhook=SecretStr(url))
    watch.send()
    watch.send()
    (message,) = handler.got
    assert message["text"].startswith("I want my money back: 15 negative messages on 2026-06-01")
    assert (message["topic"], message["negative"], message["limit"]) == ("get_refund", 15, 9)
    assert kept(engine).sent is not None


def test_what_does_not_arrive_is_tried_again_later_and_not_for_ever(
    engine: Engine, desk: Desk, tmp_path: Path, hook: tuple[str, type[Hook]], caplog: pytest.LogCaptureFixture
) -> None:
    url, handler = hook
    handler.refuse = True
    watch = watch_with(engine, desk, tmp_path, alert_webhook=SecretStr(url))
    watch.send()
    first = kept(engine)
    assert (first.sent, first.attempts) == (None, 1)
    assert first.next_attempt > now()
    assert "get_refund" in caplog.text
    assert url not in caplog.text  # a webhook's address is a secret
    watch.send()
    assert kept(engine).attempts == 1  # it is not its time yet
    for _ in range(ATTEMPTS + 3):
        with engine.begin() as db:
            db.execute(update(AlertRow).values(next_attempt=now() - timedelta(seconds=1)))
        watch.send()
    assert kept(engine).attempts == ATTEMPTS
    handler.refuse = False
    with engine.begin() as db:
        db.execute(update(AlertRow).values(next_attempt=now(), attempts=2))
    watch.send()
    assert len(handler.got) == 1


def test_it_comes_by_mail(
    engine: Engine, desk: Desk, tmp_path: Path, post_office: tuple[str, type[Post]]
) -> None:
    server, handler = post_office
    given = {"smtp_url": SecretStr(server), "alert_email": "boss@example.com"}
    watch_with(engine, desk, tmp_path, **given).send()
    (letter,) = handler.letters
    assert "To: boss@example.com" in letter
    assert "15 negative messages" in letter.replace("=\r\n", "")
    assert kept(engine).sent is not None


def test_nothing_is_sent_where_nothing_is_set(engine: Engine, desk: Desk, tmp_path: Path) -> None:
    watch_with(engine, desk, tmp_path).send()
    assert kept(engine).attempts == 0


def test_the_thread_ends_when_it_is_stopped(engine: Engine, desk: Desk, tmp_path: Path) -> None:
    watch = AlertWatch(engine, desk, Settings(home=tmp_path), every=0.01)
    thread = watch.start()
    watch.stop()
    thread.join(10)
    assert not thread.is_alive()
