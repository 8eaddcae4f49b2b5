"""Whatever id a route is given that names nothing: a sentence and 404, 409 or 422, never an error of ours."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from tests.bot.staff.conftest import SignIn
from tests.bot.staff.test_attacks import API, Door, doors

KEY = "0123456789abcdef"
CONTENT = {"texts": {"en": "Hello.", "zh": "您好。"}}
BODIES: dict[str, dict[str, Any]] = {  # what a route would take, were there such a thing
    "inbox/{session}/claim": {},
    "inbox/{session}/transfer": {"to": "nobody", "key": KEY},
    "inbox/{session}/reply": {"text": "hello", "key": KEY},
    "inbox/{session}/note": {"text": "hello", "key": KEY},
    "inbox/{session}/give_back": {"key": KEY},
    "inbox/{session}/close": {"key": KEY},
    "answers/{kind}/{subject}": {"content": CONTENT, "base": 1},
    "answers/{kind}/{subject}/restore": {"version": 1, "base": 1},
    "releases/{release_id}/replay": {"most": 10},
    "releases/{release_id}/live": {},
    "team/{name}/password": {"password": "a long enough password"},
    "team/{name}/role": {"role": "agent"},
    "team/{name}/disabled": {"disabled": True},
}
QUERIES = {
    "answers/{kind}/{subject}/diff": "?before=0&after=1",
    "releases/{release_id}": "?against={id}",
    "releases/{release_id}/replay": "?against={id}",
}
IDS = (
    "nobody", "0", "-1", "1.5", str(2**31), str(10**30), "a" * 300, "../../etc/passwd", "%",
    "'; DROP TABLE turns; --", "退款 👩‍👧", "template",
)  # fmt: skip


NOT_BEGUN = ("GET", f"{API}releases/{{release_id}}/replay")  # is null, whichever releases are compared
_ID = re.compile(r"{\w+}")


def knock(client: TestClient, door: Door, unknown: str) -> Response:
    name, given = door.path.removeprefix(API), quote(unknown, safe="")
    path = _ID.sub(lambda _: given, door.path) + QUERIES.get(name, "").replace("{id}", given)
    return client.request(door.method, path, json=BODIES.get(name, {}) if door.writes else None)


@pytest.mark.parametrize("unknown", IDS, ids=ascii)
def test_an_unknown_id_gets_a_sentence(unknown: str, app: FastAPI, staff_client: SignIn) -> None:
    admin, tried = staff_client("admin"), 0
    for door in doors(app):
        if "{" not in door.path:
            continue
        answer = knock(admin, door, unknown)
        tried += 1
        if (door.method, door.path) == NOT_BEGUN and answer.status_code == 200:
            assert answer.json() is None
            continue
        assert answer.status_code in (404, 409, 422), (door, answer.text)
        assert " " in answer.json()["error"], (door, answer.text)
    assert tried > 15


@pytest.mark.parametrize("path", ["nothing", "inbox/x/y/z", "releases/x/y", "answers/a/b/c/d"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_is_no_routes_is_said_to_be_none(
    method: str, path: str, staff_client: SignIn, stranger: TestClient
) -> None:
    answer = staff_client("admin").request(method, f"{API}{path}")
    assert (answer.status_code, answer.json()) == (404, {"error": f"there is no {method} {API}{path}"})
    assert stranger.request(method, f"{API}{path}").status_code == 401


@pytest.mark.parametrize("group", [0, -1, 10**12, "x", None, [1], True])
def test_a_group_that_is_none_is_refused(group: Any, staff_client: SignIn) -> None:
    reviewer = staff_client("reviewer")
    for path, body in (
        ("review/open", {"group": group}), ("review/next", {"groups": [group]}),
        ("review/renew", {"groups": [group]}), ("review/release", {"groups": [group]}),
        ("review/verdict", {"group": group, "kind": "right"}),
    ):  # fmt: skip
        answer = reviewer.post(f"{API}{path}", json=body)
        assert answer.status_code in (200, 409, 422), (path, answer.text)
        assert answer.status_code == 200 or answer.json()["error"]


CALLS: tuple[dict[str, Any], ...] = (
    {"component_id": 10**9}, {"component_id": -1}, {"component_id": "x"}, {"component_id": None},
    {"fn_name": "nope"}, {"fn_name": "__init__"}, {"fn_name": None}, {"data": None}, {"data": "x"},
    {"data": [1]},
    {"data": {"session": "nobody", "number": 10**12, "helpful": True}}, {"session_hash": None},
)  # fmt: skip


@pytest.mark.parametrize("wrong", CALLS, ids=str)
@pytest.mark.parametrize("fn_name", ["open", "rate", "news"])
def test_a_call_of_the_chat_page_that_names_nothing_is_no_error_of_ours(
    fn_name: str, wrong: dict[str, Any], stranger: TestClient
) -> None:
    (page,) = (c for c in stranger.get("/config").json()["components"] if c["type"] == "html")
    call = {"session_hash": "x", "component_id": page["id"], "fn_name": fn_name, "data": {}, **wrong}
    answer = stranger.post("/gradio_api/component_server", json=call)
    assert answer.status_code in (200, 404, 422), answer.text
    assert answer.status_code == 200 or " " in str(answer.json().get("error", answer.json().get("detail")))


@pytest.mark.parametrize("path", ["/gradio_api/component_server", "/staff/gradio_api/component_server/"])
def test_a_call_that_is_no_json_or_of_another_page_is_told_so(path: str, staff_client: SignIn) -> None:
    admin = staff_client("admin")
    assert admin.post(path, content=b"{").status_code == 422
    form = admin.post(path, files={"component_id": ("x", b"1")})
    assert form.status_code == 422
    call = {"session_hash": "x", "component_id": 10**9, "fn_name": "say", "data": {}}
    answer = admin.post(path, json=call)
    said = {"error": "this page has no part 1000000000; load it again"}
    assert (answer.status_code, answer.json()) == (404, said)
