"""Two people and forty customers at once, over HTTP: nobody waits long, nothing goes astray."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from uuid import uuid4

import httpx
import pytest

from data.database import open_database
from data.log.conversations import Conversations
from data.users import Users
from tests.app_process import PASSWORD, Running, app_running

pytestmark = pytest.mark.alone
CUSTOMERS = 40
AGENTS = ("ann", "bo")
PATIENCE = 2.0  # seconds
SAID = (
    "where is my order HB-2048817",
    "我的快递到哪了",
    "can I pay by card?",
    "怎么开发票",
    "how do I return a tent?",
)
PERSON = "I want to talk to a person"


@dataclass
class Customer:
    """One who asks, asks for a person, goes on writing, and reads what the person writes."""

    address: str
    seed: int
    sent: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def session(self) -> str:
        return (
            f"crowd-{chr(97 + self.seed // 26)}{chr(97 + self.seed % 26)}"  # no digits, which might be masked
        )

    def live(self) -> None:
        draw = random.Random(self.seed)
        with httpx.Client(base_url=self.address, timeout=30) as client:
            for text in (*draw.sample(SAID, 3), PERSON):
                self._say(client, f"{text} ({self.seed})" if text == PERSON else text)
                time.sleep(draw.uniform(0.2, 1.5))
            last, until = 0, time.monotonic() + 60
            while len(self.heard) < 2 and time.monotonic() < until:
                news = self._timed(
                    client, "GET", "/api/v1/messages", params={"session": self.session, "after": last}
                )
                for message in news["messages"]:
                    last = message["id"]
                    if message["kind"] == "reply":
                        self.heard.append(message["text"])
                        self._say(client, f"thank you for {message['text']}")
                time.sleep(1)

    def _say(self, client: httpx.Client, text: str) -> None:
        self._timed(client, "POST", "/api/v1/messages", json={"session": self.session, "text": text})
        self.sent.append(text)

    def _timed(
        self, client: httpx.Client, method: str, path: str, **more: object
    ) -> dict[str, list[dict[str, str]]]:
        begun = time.monotonic()
        answer = client.request(method, path, **more)
        self.waits.append(time.monotonic() - begun)
        answer.raise_for_status()
        return answer.json()


@dataclass
class Agent:
    """One who claims what waits, answers each message once, and never what a colleague has."""

    running: Running
    name: str
    over: Event
    claimed: list[str] = field(default_factory=list)
    lost: int = 0
    replies: dict[str, list[str]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def work(self) -> None:
        with self.running.staff(self.name) as client:
            while not self.over.is_set():
                lists = self._timed(client, "GET", "/inbox").json()
                for case in lists["waiting"][:3]:
                    answer = self._timed(client, "POST", f"/inbox/{case['session']}/claim", {})
                    if answer.status_code == 409:
                        self.lost += 1
                    else:
                        answer.raise_for_status()
                        self.claimed.append(case["session"])
                        self._reply(client, case["session"])
                for case in lists["mine"]:
                    if case["unanswered"] and len(self.replies[case["session"]]) < 2:
                        self._reply(client, case["session"])
                time.sleep(0.3)

    def _reply(self, client: httpx.Client, session: str) -> None:
        said = self.replies.setdefault(session, [])
        text = f"{self.name} to {session}, {len(said) + 1}"
        body = {"text": text, "key": uuid4().hex}
        for _ in range(2):  # the second is a retry that must not double
            self._timed(client, "POST", f"/inbox/{session}/reply", body).raise_for_status()
        said.append(text)

    def _timed(self, client: httpx.Client, method: str, path: str, body: object = None) -> httpx.Response:
        begun = time.monotonic()
        answer = client.request(method, f"/staff/api{path}", json=body)
        self.waits.append(time.monotonic() - begun)
        return answer


@dataclass(frozen=True)
class Day:
    customers: list[Customer]
    agents: list[Agent]
    conversations: Conversations


@pytest.fixture(scope="module")
def day(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("crowd")
    database = f"sqlite:///{folder / 'crowd.sqlite3'}"
    engine = open_database(database, folder)
    for name in AGENTS:
        Users(engine).add(name, "agent", PASSWORD, by="test")
    with app_running(home, folder / "app.log", database) as running:
        over = Event()
        customers = [Customer(running.address, seed) for seed in range(CUSTOMERS)]
        agents = [Agent(running, name, over) for name in AGENTS]
        with ThreadPoolExecutor(CUSTOMERS + len(AGENTS)) as people:
            working = [people.submit(agent.work) for agent in agents]
            living = [people.submit(customer.live) for customer in customers]
            for one in living:
                one.result()
            over.set()
            for one in working:
                one.result()
    yield Day(customers, agents, Conversations(engine, "shop"))
    engine.dispose()


def test_nobody_waits_long(day: Day) -> None:
    waits = sorted(wait for one in (*day.customers, *day.agents) for wait in one.waits)
    assert waits[-1] < PATIENCE, f"{len(waits)} requests, the slowest {waits[-5:]}"


def test_every_message_is_kept_once_and_in_order(day: Day) -> None:
    for customer in day.customers:
        turns = day.conversations.turns(customer.session)
        assert [t.text for t in turns] == customer.sent
        assert [t.number for t in turns] == list(range(1, len(turns) + 1))


def test_every_customer_hears_their_own_person_and_nobody_else(day: Day) -> None:
    for customer in day.customers:
        said = [text for agent in day.agents for text in agent.replies.get(customer.session, [])]
        assert customer.heard == said
        assert len(said) == 2
        assert all(customer.session in text for text in said)


def test_a_conversation_has_one_person(day: Day) -> None:
    claimed = [session for agent in day.agents for session in agent.claimed]
    assert len(claimed) == len(set(claimed)) == CUSTOMERS


def test_the_bot_is_silent_once_a_person_speaks(day: Day) -> None:
    for customer in day.customers:
        remarks = day.conversations.remarks(customer.session)
        since = next(r.after for r in remarks if r.kind == "claimed")
        assert {t.reply for t in day.conversations.turns(customer.session, since=since)} == {""}
