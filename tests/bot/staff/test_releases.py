"""The Releases page's routes: administrators compare, go back and forth; others are refused."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from bot.pipeline import Bot
from bot.publish_answers import AnswerPublisher
from bot.staff import Staff
from bot.staff.releases import _shown
from data.answer.drafts import Drafts
from data.answer.files import Subject
from data.audit import audit_rows
from data.release.release import Release
from data.release.releases import Releases

SignIn = Callable[[str], TestClient]
TRACK = Subject("template", "track_order.unknown")


@pytest.fixture
def edited(as_built: Staff) -> tuple[Release, Release]:
    """Two releases: as built, and with one answer edited, which is live."""
    publisher = AnswerPublisher(as_built.settings, as_built.engine)
    drafts, first = Drafts(as_built.settings.desk, publisher.answers), publisher.releases.live()
    content = drafts.now().contents[TRACK]
    texts = {"en": "Send me the number, please.", "zh": "请发订单号。"}
    drafts.save(TRACK, {**content, "texts": texts}, 0, "ann")
    second = publisher.publish({str(TRACK): 1}, "ann", "shorter", as_built.bot().encoder)
    as_built.refresh()
    return first, second


@pytest.fixture
def client(own_client: SignIn, as_built: Staff) -> TestClient:
    return own_client("admin")


def wait(client: TestClient, path: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while not (found := client.get(path).json())["finished"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    return dict(found)


def test_only_administrators_see_releases(own_client: SignIn, as_built: Staff) -> None:
    reviewer = own_client("reviewer")
    release = as_built.bot().release
    for path in ("releases", f"releases/{release}?against={release}"):
        assert reviewer.get(f"/staff/api/{path}").status_code == 403
    for path in (f"releases/{release}/live", f"releases/{release}/replay?against={release}"):
        assert reviewer.post(f"/staff/api/{path}", json={}).status_code == 403


def test_the_list_says_what_each_was_made_of(client: TestClient, edited: tuple[Release, Release]) -> None:
    first, second = edited
    found = client.get("/staff/api/releases").json()
    assert found["live"] == second.id
    assert [r["id"] for r in found["releases"]] == [second.id, first.id]
    newest = found["releases"][0]
    assert (newest["kind"], newest["by"], newest["note"], newest["base"]) == (
        "answers",
        "ann",
        "shorter",
        first.id,
    )
    assert newest["messages"] == first.metrics["messages"]
    assert newest["figures"]["zh"]["accuracy"] == first.metrics["zh"]["accuracy"]
    assert "intents" not in newest["figures"]


def test_topics_that_reviewers_named_are_no_edited_answers(edited: tuple[Release, Release]) -> None:
    about = {"answers": {"intent/wifi_name": 1, "template/thanks.general": 2, "intent/a_discount": 1}}
    shown = _shown(replace(edited[0], about=about))
    assert (shown["edits"], shown["topics"]) == (1, ["a_discount", "wifi_name"])


def test_one_beside_another_shows_what_changed(client: TestClient, edited: tuple[Release, Release]) -> None:
    first, second = edited
    found = client.get(f"/staff/api/releases/{second.id}?against={first.id}").json()
    (change,) = found["answers"]
    assert (change["kind"], change["id"]) == ("template", TRACK.id)
    assert {"part": "zh", "sign": "+", "text": "请发订单号。"} in change["lines"]
    assert (found["differs"], found["replay"], found["taken_back"]) == ([], None, {})
    assert {row["id"]: row["now"] for row in found["intents"]} == first.metrics.get("intents", {})


def test_a_release_that_can_not_be_read_is_listed_as_such(
    client: TestClient, edited: tuple[Release, Release]
) -> None:
    first, second = edited
    client.post(f"/staff/api/releases/{first.id}/live", json={})
    (second.folder / "manifest.json").write_text("{")
    broken = client.get("/staff/api/releases").json()["releases"][0]
    assert (broken["id"], "is damaged or gone" in broken["error"]) == (second.id, True)
    answered = client.get(f"/staff/api/releases/{second.id}?against={first.id}")
    assert answered.status_code == 422


@pytest.mark.parametrize("name", ["20200101-01", "..", "%2e%2e%2flive"])
def test_what_is_no_release_is_said(name: str, client: TestClient, as_built: Staff) -> None:
    answered = client.get(f"/staff/api/releases/{name}?against={as_built.bot().release}")
    assert answered.status_code in (404, 422)
    assert client.post(f"/staff/api/releases/{name}/live", json={}).status_code in (404, 405, 422)


def test_logged_questions_are_answered_by_both(client: TestClient, edited: tuple[Release, Release]) -> None:
    for text in ("where is my order", "where is my order", "thank you so much"):
        client.post("/api/v1/messages", json={"text": text})
    path = f"/staff/api/releases/{edited[1].id}/replay?against={edited[0].id}"
    assert client.post(path, json={}).json()["of"] == 2
    found = wait(client, path)
    (change,) = found["changes"]
    assert (found["done"], change["text"], change["count"]) == (2, "where is my order", 2)
    assert change["after"]["reply"] == "Send me the number, please."
    assert change["before"]["intent"] == change["after"]["intent"] == "track_order"
    assert client.get(f"/staff/api/releases/{edited[0].id}/replay?against={edited[1].id}").json() is None


def test_going_back_is_answered_with_at_once_and_says_what_differs(
    client: TestClient, edited: tuple[Release, Release], as_built: Staff
) -> None:
    first, second = edited
    asked = f"/staff/api/releases/{first.id}?against={second.id}"
    assert client.get(asked).json()["differs"] == [str(TRACK)]
    went = client.post(f"/staff/api/releases/{first.id}/live", json={}).json()
    assert went == {"live": first.id, "answering": first.id, "differs": [str(TRACK)]}
    assert client.post("/api/v1/messages", json={"text": "hello"}).json()["release"] == first.id
    row = audit_rows(as_built.engine)[0]
    assert (row.user, row.action, row.subject) == ("admin", "release_live", first.id)
    client.post(f"/staff/api/releases/{second.id}/live", json={})
    assert as_built.bot().release == second.id


# releases that are gone


@pytest.fixture
def older(as_built: Staff) -> Iterator[list[str]]:
    """Two releases that are older than the live one, of the same files."""
    live = as_built.bot().release
    folder = as_built.settings.home / "desks" / "shop" / "releases"
    ids = ["20200101-01", "20200101-02"]
    for release in ids:
        shutil.copytree(folder / live, folder / release, copy_function=os.link)
    yield ids
    Releases(as_built.settings.home, "shop").remove(ids)


def test_a_bot_goes_on_with_a_release_that_is_gone(as_built: Staff, older: list[str]) -> None:
    releases = Releases(as_built.settings.home, "shop")
    bot = as_built.bot().on(releases.get(older[0]))
    fresh = Bot.of(releases.get(older[1]), bot.conversations)  # shares nothing with the one that serves
    assert releases.remove(older) == older
    for loaded in (bot, fresh):
        said = loaded.try_out("where is my order HB-2048817?")
        assert said.intent == "track_order"
        assert loaded.words_for("where is my order", "track_order")
        assert loaded.on(releases.live()).try_out("发票怎么开").intent == "get_invoice"
    session = uuid4().hex
    assert fresh.reply(session, "how long does delivery take?").release == older[1]


def test_pages_name_releases_that_are_gone(client: TestClient, as_built: Staff, older: list[str]) -> None:
    releases, live = Releases(as_built.settings.home, "shop"), as_built.bot().release
    session = uuid4().hex
    as_built.bot().on(releases.get(older[0])).reply(session, "where is my refund?")
    assert releases.tidy(2) == older[:1]
    found = client.get("/staff/api/releases").json()
    assert [r["id"] for r in found["releases"]] == [live, older[1]]
    assert client.get(f"/staff/api/releases/{live}?against={older[0]}").status_code == 422
    log = "/staff/api/conversations"
    assert older[0] in client.get(f"{log}/choices").json()["releases"]
    (hit,) = client.get(log, params={"release": older[0]}).json()["hits"]
    assert hit["session"] == session
    assert client.get(f"{log}/{session}").json()["turns"][0]["release"] == older[0]
    assert client.get(f"{log}/{session}/1/words").json()["release"] == live


def test_a_release_that_knows_an_erased_text_can_not_be_promoted(
    client: TestClient, as_built: Staff, older: list[str]
) -> None:
    releases = Releases(as_built.settings.home, "shop")
    releases.bar([older[1]])
    answer = client.post(f"/staff/api/releases/{older[1]}/live", json={})
    assert answer.status_code == 422
    assert "has been erased since" in answer.json()["error"]
    releases.bar([])
    assert client.post(f"/staff/api/releases/{older[1]}/live", json={}).status_code == 200
