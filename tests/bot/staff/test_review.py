"""The review queue over HTTP: who gets in, whose turn it is, and what a verdict may say."""

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine

from bot.pipeline import Bot
from bot.staff import Staff, add_staff
from bot.staff.session import TOKEN_HEADER
from data.desk import Desk, load_desk
from data.review.examples import examples
from data.settings import Settings
from tests.data.review_log import write_groups

PASSWORD = "correct horse battery"
Client = Callable[..., "Reviewer"]


@dataclass(frozen=True)
class Answering:
    """What the routes need of a bot: its desk and the name of its release."""

    desk: Desk
    release: str = "r-1"


class Reviewer:
    """A signed-in user; `get` and `post` name paths below /staff/api/review."""

    def __init__(self, client: TestClient, name: str) -> None:
        self._client = client
        client.post("/staff/sign-in", data={"name": name, "password": PASSWORD})
        self._token = client.get("/staff/api/me").json()["token"]

    def get(self, path: str) -> Response:
        return self._client.get(f"/staff/api/review/{path}")

    def post(self, path: str, body: dict[str, Any]) -> Response:
        return self._client.post(f"/staff/api/review/{path}", json=body, headers={TOKEN_HEADER: self._token})


@pytest.fixture
def staff(engine: Engine, small_desk: Path, tmp_path: Path) -> Staff:
    bot = cast(Bot, Answering(load_desk(small_desk)))
    return Staff(lambda: bot, engine, Settings(home=tmp_path, desk=small_desk))


@pytest.fixture
def app(staff: Staff) -> FastAPI:
    app = FastAPI()
    with warnings.catch_warnings():
        # the toolkit leaves event loops to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        add_staff(app, staff)
        gc.collect()
    return app


@pytest.fixture
def signed_in(staff: Staff, app: FastAPI) -> Iterator[Client]:
    """Return a function that signs in a new user of a role."""
    with ExitStack() as clients:

        def sign_in(name: str, role: str = "reviewer") -> Reviewer:
            staff.users.add(name, role, PASSWORD, by="test")
            return Reviewer(clients.enter_context(TestClient(app, follow_redirects=False)), name)

        yield sign_in


READS = ["queue", "groups/1/messages", "turns/1/around", "answers?q=return", "intents", "tonight"]
WRITES: dict[str, dict[str, Any]] = {
    "next": {}, "open": {"group": 1}, "renew": {"groups": [1]}, "release": {"groups": [1]},
    "verdict": {"group": 1, "kind": "right"}, "undo": {},
}  # fmt: skip


def test_reviewers_get_in_and_nobody_below_them(signed_in: Client, app: FastAPI, engine: Engine) -> None:
    write_groups(engine, 2)
    agent, reviewer = signed_in("amy", "agent"), signed_in("rea")
    stranger = TestClient(app)
    for path in READS:
        assert agent.get(path).status_code == 403
        assert stranger.get(f"/staff/api/review/{path}").status_code == 401
        assert reviewer.get(path).status_code == 200
    for path, body in WRITES.items():
        assert agent.post(path, body).status_code == 403
        assert stranger.post(f"/staff/api/review/{path}", json=body).status_code == 401
        assert reviewer._client.post(f"/staff/api/review/{path}", json=body).status_code == 403  # no token
    assert list(examples(engine)) == []


def test_two_people_get_different_groups_and_each_says_what_is_theirs(
    signed_in: Client, engine: Engine
) -> None:
    write_groups(engine, 3, 2)
    rea, bob = signed_in("rea"), signed_in("bob")
    first = rea.post("next", {}).json()["group"]
    second = bob.post("next", {}).json()["group"]
    assert (first["open"], second["open"]) == (3, 2)
    assert rea.post("next", {"groups": [first["id"]]}).json() == {"group": None}
    assert rea.post("open", {"group": second["id"]}).status_code == 409
    refused = rea.post("verdict", {"group": second["id"], "kind": "right"})
    assert refused.status_code == 409
    assert "not yours" in refused.json()["error"]
    assert rea.post("renew", {"groups": [first["id"], second["id"]]}).json() == {"groups": [first["id"]]}
    bob.post("release", {"groups": [second["id"]]})
    assert rea.post("open", {"group": second["id"]}).status_code == 200
    shown = {g["id"]: g["user"] for g in rea.get("queue").json()["groups"]}
    assert shown == {first["id"]: "rea", second["id"]: "rea"}


def test_a_group_that_is_decided_is_given_to_nobody(signed_in: Client, engine: Engine) -> None:
    write_groups(engine, 2)
    rea = signed_in("rea")
    group = rea.post("next", {}).json()["group"]["id"]
    assert rea.post("verdict", {"group": group, "kind": "right"}).status_code == 200
    refused = rea.post("open", {"group": group})
    assert refused.status_code == 409
    assert "to be decided" in refused.json()["error"]
    assert rea.post("next", {}).json() == {"group": None}


def test_a_group_comes_with_what_a_verdict_needs(signed_in: Client, engine: Engine) -> None:
    write_groups(engine, 2)
    rea = signed_in("rea")
    group = rea.post("next", {}).json()["group"]
    assert group["likely"] == ["return_item"]
    assert group["uncertainty"] == pytest.approx(0.5)
    message = group["messages"][0]
    assert (message["text"], message["reply"], message["reasons"], message["reading"]) == (
        "question 0", "Certainly.", ["unsure"], "return_item"
    )  # fmt: skip
    around = rea.get(f"turns/{message['turn']}/around").json()["turns"]
    assert [(t["text"], t["here"]) for t in around] == [("question 0", True)]
    rest = rea.get(f"groups/{group['id']}/messages?after=1").json()["messages"]
    assert [m["turn"] for m in rest] == [2]


def test_verdict_undo_and_what_the_night_will_learn(signed_in: Client, engine: Engine) -> None:
    write_groups(engine, 3)
    rea = signed_in("rea")
    group = rea.post("next", {}).json()["group"]["id"]
    title = {"en": "Gift wrapping", "zh": "礼品包装"}
    new = {"group": group, "turns": [1], "kind": "new_intent", "title": title}
    assert rea.post("verdict", new).json()["messages"] == 1
    again = {"group": group, "turns": [2], "kind": "intent", "intents": ["new:gift_wrapping"]}
    batch = rea.post("verdict", again).json()["batch"]
    assert rea.get("tonight").json()["intents"] == [["new:gift_wrapping", 2]]
    assert rea.post("undo", {"batch": batch}).json()["messages"] == 1
    told = rea.get("tonight").json()
    assert told["kinds"] == {"new_intent": 1}
    assert told["proposed"] == {"new:gift_wrapping": title}
    assert [(e["turn"], e["author"]) for e in told["latest"]] == [(1, "rea")]
    queue = rea.get("queue").json()
    assert queue["done"] == {"rea": 1}
    assert queue["left"] == {"messages": 2, "groups": 1, "waiting": 0}


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown kind": ({"kind": "fine"}, ""),
    "an intent that is not there": ({"kind": "intent", "intents": ["fly"]}, "no intent fly"),
    "no intent": ({"kind": "intent"}, "choose an intent"),
    "a title in one language": ({"kind": "new_intent", "title": {"en": "Wrap"}}, "title in zh"),
    "a title that is there": ({"kind": "new_intent", "title": {"en": "return it", "zh": "退"}}, "already"),
    "no answer": ({"kind": "answer"}, "write the better answer"),
    "a link to nothing": ({"kind": "answer", "link": "template:x.y"}, "no template:x.y"),
    "an endless answer": ({"kind": "answer", "answer": "a" * 4001}, ""),
    "an endless note": ({"kind": "right", "note": "a" * 501}, ""),
    "a turn that is no number": ({"kind": "right", "turns": ["1; drop table turns"]}, ""),
}


def test_what_no_verdict_may_say_is_refused(signed_in: Client, engine: Engine) -> None:
    write_groups(engine, 1)
    rea = signed_in("rea")
    group = rea.post("next", {}).json()["group"]["id"]
    for name, (said, problem) in BAD.items():
        answered = rea.post("verdict", {"group": group, **said})
        assert answered.status_code == 422, name
        assert problem in answered.json().get("error", ""), name
    assert list(examples(engine)) == []


def test_a_better_answer_is_text_or_a_link(signed_in: Client, engine: Engine) -> None:
    write_groups(engine, 3)
    rea = signed_in("rea")
    group = rea.post("next", {}).json()["group"]["id"]
    found = rea.get("answers?q=write to us&language=en").json()["answers"]
    assert found[0]["link"] == "template:return_item.unknown"
    assert found[0]["text"] == "Write to kiosk@example.com."
    said = [{"link": "template:greeting.one"}, {"link": "article:returns"}, {"answer": " Hello there. "}]
    for turn, better in enumerate(said, 1):
        rea.post("verdict", {"group": group, "turns": [turn], "kind": "answer", **better})
    assert [(e.labels, e.link, e.answer) for e in examples(engine)] == [
        (("greeting",), "template:greeting.one", None),
        (("return_item",), "article:returns", None),
        (("return_item",), None, "Hello there."),
    ]


def test_a_message_of_the_log_is_corrected_as_one_of_the_queue(signed_in: Client, engine: Engine) -> None:
    write_groups(engine, 1)
    rea = signed_in("rea")
    for said, problem in (
        ({"kind": "intent", "intents": ["nonsense"]}, "no intent"),
        ({"kind": "skip"}, "leave it"),
    ):
        answered = rea.post("turns/1/verdict", said)
        assert (answered.status_code, problem in answered.json()["error"]) == (422, True)
    assert rea.post("turns/99/verdict", {"kind": "out_of_scope"}).status_code == 422
    batch = rea.post("turns/1/verdict", {"kind": "intent", "intents": ["greeting"]}).json()
    assert (batch["kind"], batch["messages"]) == ("intent", 1)
    assert rea.post("turns/1/verdict", {"kind": "right"}).status_code == 409
    assert [e.labels for e in examples(engine)] == [("greeting",)]
    assert rea.post("undo", {"batch": batch["batch"]}).json()["messages"] == 1
    assert list(examples(engine)) == []


def test_agents_correct_nothing(signed_in: Client, engine: Engine) -> None:
    write_groups(engine, 1)
    assert signed_in("ann", "agent").post("turns/1/verdict", {"kind": "out_of_scope"}).status_code == 403
