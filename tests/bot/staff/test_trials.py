"""The trial on the Releases page: begun, followed, ended or promoted, by administrators, and noted."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.staff import Staff
from data.audit import audit_rows
from data.release.comparison import FIGURES
from data.release.releases import Releases
from data.release.trial import NOTICE
from tests.second_release import GREETS, NEW, add_second_release

SignIn = Callable[[str], TestClient]
PATH = "/staff/api/releases"


@pytest.fixture
def candidate(as_built: Staff) -> Iterator[str]:
    """The id of a second release."""
    yield add_second_release(as_built.settings.home)
    as_built.publisher.releases.end_trial()
    as_built.refresh()


@pytest.fixture
def client(own_client: SignIn, candidate: str) -> TestClient:
    return own_client("admin")


def wait(client: TestClient, heard: int) -> dict[str, Any]:
    until = time.monotonic() + 30
    while (found := client.get(f"{PATH}/trial").json())["shadow"]["heard"] < heard:
        assert time.monotonic() < until
        time.sleep(0.05)
    return dict(found)


def test_only_administrators_try_releases_out(own_client: SignIn, candidate: str) -> None:
    reviewer = own_client("reviewer")
    assert reviewer.get(f"{PATH}/trial").status_code == 403
    assert reviewer.post(f"{PATH}/{NEW}/trial", json={"mode": "shadow"}).status_code == 403
    assert reviewer.post(f"{PATH}/trial/end", json={}).status_code == 403


def test_a_shadow_is_begun_shows_what_differs_and_is_ended(client: TestClient, as_built: Staff) -> None:
    assert client.get(f"{PATH}/trial").json()["shadow"] is None
    begun = client.post(f"{PATH}/{NEW}/trial", json={"mode": "shadow"}).json()
    assert (begun["trial"]["release"], begun["trial"]["by"], begun["problem"]) == (NEW, "admin", "")
    for text in ("hello", "where is my order HB-2048817", "hello"):
        said = client.post("/api/v1/messages", json={"text": text}).json()
        assert said["release"] != NEW
    found = wait(client, 3)["shadow"]
    assert (found["heard"], found["differing"], found["dropped"]) == (3, 2, 0)
    (group,) = found["disagreements"]
    assert (group["count"], group["live"], group["trial"]) == (
        2,
        ["social", "greeting"],
        ["social", "greeting"],
    )
    (example,) = group["examples"]
    assert (example["text"], example["count"], example["trial"]) == ("hello", 2, GREETS)
    assert client.post(f"{PATH}/trial/end", json={}).json() == {"ended": True}
    over = client.get(f"{PATH}/trial").json()
    assert over["trial"]["ended"]
    assert over["shadow"]["heard"] == 3  # what was found stays to be read
    noted = [(row.user, row.action, row.subject) for row in audit_rows(as_built.engine)]
    assert noted[:2] == [("admin", "trial_ended", NEW), ("admin", "trial_begun", NEW)]


def test_a_share_answers_customers_and_is_compared(client: TestClient, as_built: Staff) -> None:
    asked = {"mode": "share", "share": 0.5, "effect": 0.1}
    client.post(f"{PATH}/{NEW}/trial", json=asked)
    releases = as_built.publisher.releases
    trial = releases.on_trial()
    assert trial is not None
    begun = replace(trial, since=trial.since - NOTICE)
    (releases.live().folder.parents[1] / "trial").write_text(begun.text())
    client.post(f"{PATH}/trial/end", json={})
    assert client.get(f"{PATH}/trial").json()["comparison"]["trial"] == 0
    (releases.live().folder.parents[1] / "trial").write_text(begun.text())
    as_built.refresh()
    sessions = [f"share-{n}" for n in range(12)]
    for session in sessions:
        said = client.post("/api/v1/messages", json={"text": "hello", "session": session}).json()
        assert (said["release"] == NEW) == begun.draws(session)
    found = client.get(f"{PATH}/trial").json()
    counted = found["comparison"]
    assert counted["trial"] == sum(map(begun.draws, sessions)) > 0
    assert counted["live"] + counted["trial"] == len(sessions)
    assert (counted["verdict"], counted["primary"], found["shadow"]) == ("early", "answered", None)
    assert [figure["name"] for figure in counted["figures"]] == list(FIGURES)
    assert counted["figures"][0]["trial"] == {"count": counted["trial"], "of": counted["trial"]}


def test_promoting_ends_the_trial(client: TestClient, as_built: Staff) -> None:
    client.post(f"{PATH}/{NEW}/trial", json={"mode": "shadow"})
    client.post(f"{PATH}/{NEW}/live", json={})
    found = client.get(f"{PATH}/trial").json()
    assert (found["trial"]["release"], found["trial"]["ended"] is None) == (NEW, False)
    assert client.post("/api/v1/messages", json={"text": "hello"}).json()["reply"] == GREETS


@pytest.mark.parametrize(
    "asked",
    [{}, {"mode": "half"}, {"mode": "share", "share": 1}, {"mode": "share", "share": 0.1, "extra": 1}],
)
def test_what_is_no_trial_is_refused(client: TestClient, asked: dict[str, Any]) -> None:
    answer = client.post(f"{PATH}/{NEW}/trial", json=asked)
    assert (answer.status_code, bool(answer.json()["error"])) == (422, True)


def test_a_second_trial_has_to_wait(client: TestClient) -> None:
    client.post(f"{PATH}/{NEW}/trial", json={"mode": "shadow"})
    answer = client.post(f"{PATH}/{NEW}/trial", json={"mode": "shadow"})
    assert (answer.status_code, "on trial already" in answer.json()["error"]) == (409, True)


def test_one_that_can_not_be_loaded_says_so_and_can_be_ended(client: TestClient, as_built: Staff) -> None:
    releases: Releases = as_built.publisher.releases
    (releases.get(NEW).folder / "passages" / "passages.json").unlink()
    begun = client.post(f"{PATH}/{NEW}/trial", json={"mode": "shadow"}).json()
    assert "passages.json" in begun["problem"]
    assert client.get(f"{PATH}/trial").json()["problem"] == begun["problem"]
    assert client.post("/api/v1/messages", json={"text": "hello"}).json()["reply"]
    client.post(f"{PATH}/trial/end", json={})
    assert client.get(f"{PATH}/trial").json()["problem"] == ""
