"""Killing the server while people claim, reply, review and publish: what was acknowledged is there, whole."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Engine, func, select

from data.answer.answers import Answers
from data.answer.files import Subject
from data.database import open_database
from data.log.conversations import Conversations
from data.release.releases import Releases
from data.settings import Settings
from data.tables import AuditRow, Conversation, Remark, ReviewItem, Verdict
from data.users import Users
from tests.app_process import PASSWORD, Running, app_running, home_of_its_own
from tests.data.review_log import write_groups

WAITING = 60  # conversations
GROUPS = (2,) * 14
THANKS = Subject("template", "thanks.general")


@dataclass
class Acknowledged:
    """What the server said was done."""

    claims: list[str] = field(default_factory=list)
    replies: list[tuple[str, str]] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)

    def wait_for_some_of_each(self, seconds: float) -> None:
        """Wait until everybody has been told that something is done, however busy the machine is."""
        until = time.monotonic() + seconds
        while not (self.claims and self.verdicts and self.saved):
            assert time.monotonic() < until, self
            time.sleep(0.05)


@pytest.fixture
def house(home: Path, tmp_path: Path) -> Iterator[tuple[Path, Engine]]:
    """A home of its own, with people, conversations that wait for them, and groups to review."""
    home_of_its_own(home, tmp_path)
    engine = open_database(Settings(home=tmp_path).url, tmp_path)
    for name, role in (("ann", "agent"), ("rea", "reviewer"), ("ed", "reviewer")):
        Users(engine).add(name, role, PASSWORD, by="test")
    write_groups(engine, *GROUPS)
    turn = {
        "number": 1, "text": "a person please", "language": "en", "intent": "human_agent", "confidence": 1.0,
        "route": "handoff", "reason": "asked_for_a_person", "reply": "Of course.", "release": "r", "ms": 1.0,
        "details": {},
    }  # fmt: skip
    for number in range(WAITING):
        Conversations(engine, "shop").add({**turn, "session": f"w{number}"}, {}, "waiting")
    yield tmp_path, engine
    engine.dispose()


def claim_and_reply(client: httpx.Client, done: Acknowledged) -> Iterator[None]:
    for number in range(WAITING):
        session = f"w{number}"
        _post(client, f"inbox/{session}/claim", {})
        done.claims.append(session)
        yield
        key = uuid4().hex
        _post(client, f"inbox/{session}/reply", {"text": "Hello, how can I help?", "key": key})
        done.replies.append((session, key))
        yield


def review(client: httpx.Client, done: Acknowledged) -> Iterator[None]:
    while group := _post(client, "review/next", {"groups": []})["group"]:
        batch = _post(client, "review/verdict", {"group": group["id"], "kind": "out_of_scope"})
        done.verdicts.append(batch["batch"])
        yield


def edit_and_publish(client: httpx.Client, done: Acknowledged) -> Iterator[None]:
    base = client.get(f"/staff/api/answers/{THANKS}").json()["version"]
    for number in itertools.count():
        words = f"You are welcome, for the {number}th time."
        texts = {"en": words, "zh": f"不客气，第 {number} 次。"}
        base = _post(client, f"answers/{THANKS}", {"content": {"texts": texts}, "base": base})["version"]
        done.saved.append(words)
        yield
        done.published.append(_post(client, "answers/publish", {"versions": {str(THANKS): base}})["release"])
        yield


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/staff/api/{path}", json=body)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


Work = Callable[[httpx.Client, Acknowledged], Iterator[None]]


def _until_killed(
    running: Running, name: str, work: Work, done: Acknowledged, begun: threading.Barrier
) -> None:
    with running.staff(name) as client:
        begun.wait(60)
        try:
            for _ in work(client, done):
                pass
        except httpx.TransportError:
            pass


@pytest.mark.parametrize("seed", range(2))
def test_what_was_acknowledged_is_there_and_nothing_is_half_done(
    seed: int, house: tuple[Path, Engine]
) -> None:
    home, engine = house
    done = Acknowledged()
    people: tuple[tuple[str, Work], ...] = (
        ("ann", claim_and_reply), ("rea", review), ("ed", edit_and_publish),
    )  # fmt: skip
    with app_running(home, home / "app.log") as running:
        begun = threading.Barrier(len(people) + 1)
        with ThreadPoolExecutor(len(people)) as at_work:
            all_work = [at_work.submit(_until_killed, running, *who, done, begun) for who in people]
            begun.wait(60)
            done.wait_for_some_of_each(60)
            threading.Event().wait(random.Random(seed).uniform(1.0, 5.0))
            running.process.kill()
            for one in all_work:
                one.result(60)
    with app_running(home, home / "again.log") as running:
        said = httpx.post(f"{running.address}/api/v1/messages", json={"text": "thank you"}).json()
        _claims_and_replies_are_whole(engine, done)
        _verdicts_are_whole(engine, done)
        _answers_are_whole(engine, home, done, said)
        with running.staff("ann") as client:
            _post(client, "inbox/w0/reply", {"text": "Still here.", "key": uuid4().hex})


def _claims_and_replies_are_whole(engine: Engine, done: Acknowledged) -> None:
    with engine.connect() as db:
        owned = set(db.scalars(select(Conversation.session).where(Conversation.person == "ann")))
        claimed = db.scalars(select(Remark.session).where(Remark.kind == "claimed")).all()
        replies = db.execute(select(Remark.session, Remark.key).where(Remark.kind == "reply")).all()
        audited = db.scalar(select(func.count()).where(AuditRow.action == "conversation_claimed"))
    assert owned == set(claimed) >= set(done.claims)
    assert len(claimed) == len(owned) == audited
    assert {tuple(r) for r in replies} >= set(done.replies)
    assert len(replies) - len(done.replies) in (0, 1)  # at most the one whose answer was on its way


def _verdicts_are_whole(engine: Engine, done: Acknowledged) -> None:
    with engine.connect() as db:
        rows = db.execute(select(Verdict.batch, func.count()).group_by(Verdict.batch)).all()
        settled = db.scalar(select(func.count()).where(ReviewItem.open.is_(False)))
    batches = {row[0]: row[1] for row in rows}
    assert set(batches) >= set(done.verdicts)
    assert set(batches.values()) == {GROUPS[0]}  # a verdict holds for the whole group or not at all
    assert settled == sum(batches.values())


def _answers_are_whole(engine: Engine, home: Path, done: Acknowledged, said: dict[str, Any]) -> None:
    releases = Releases(home, "shop")
    live = releases.live().id
    assert set(releases.ids()) >= set(done.published)
    assert live >= max(done.published, default="")
    assert said["release"] == live
    kept = [v.content["texts"]["en"] for v in Answers(engine, "shop").versions(THANKS) if v.content]
    assert len(kept) - len(done.saved) in (0, 1)
    assert set(kept) >= set(done.saved)
