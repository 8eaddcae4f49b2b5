"""The Answers page's routes: reviewers edit, check, try out and publish; others are refused."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from bot.publish_answers import AnswerPublisher
from bot.staff import Staff
from data.audit import audit_rows
from data.tables import TurnRow

SignIn = Callable[[str], TestClient]
GENERAL = "/staff/api/answers/template/thanks.general"
WRITES = [
    ("/staff/api/answers/check", {"kind": "template", "id": "a.b", "content": {"texts": {}}}),
    ("/staff/api/answers/try", {"text": "hello"}),
    ("/staff/api/answers/publish", {"versions": {"template/thanks.general": 1}}),
    (GENERAL, {"content": None, "base": 0}),
    (f"{GENERAL}/restore", {"version": 0, "base": 0}),
]


@pytest.fixture
def client(own_client: SignIn, as_built: Staff) -> TestClient:
    return own_client("reviewer")


def content(client: TestClient, en: str | None = None, **rest: Any) -> dict[str, Any]:
    kept = client.get(GENERAL).json()["content"]
    return {**kept, "texts": {**kept["texts"], **({"en": en} if en else {})}, **rest}


def test_agents_and_strangers_get_nothing_of_it(own_client: SignIn, as_built: Staff) -> None:
    agent = own_client("agent")
    assert "answers" not in agent.get("/staff/api/me").json()["pages"]
    for path in ("/staff/api/answers", GENERAL, f"{GENERAL}/diff?before=0&after=0"):
        assert agent.get(path).status_code == 403
    for path, body in WRITES:
        assert agent.post(path, json=body).status_code == 403
    stranger = TestClient(agent.app)
    assert stranger.get("/staff/api/answers").status_code == 401
    assert stranger.post("/staff/api/answers/try", json={"text": "hello"}).status_code == 401
    stranger.close()


@pytest.mark.parametrize(("path", "body"), WRITES, ids=[path for path, _ in WRITES])
def test_a_write_without_the_token_is_refused(path: str, body: Any, client: TestClient) -> None:
    assert client.post(path, json=body, headers={"X-Frontdesk-Token": ""}).status_code == 403


def test_the_list_has_every_answer(client: TestClient, as_built: Staff) -> None:
    found = client.get("/staff/api/answers").json()
    desk = as_built.bot().desk
    assert {i["id"] for i in found["items"]} == {*desk.templates, *(a.id for a in desk.articles)}
    assert {i["state"] for i in found["items"]} == {"live"}
    in_chinese = client.get("/staff/api/answers", params={"language": "zh"}).json()["items"]
    assert [i["applies"] for i in in_chinese if i["id"] == "track_order.shipped"] == ["订单已发货"]
    assert found["pending"] == []
    assert found["known"]["facts"]["return_days"] == {"en": "30 days", "zh": "30 天"}


def test_an_answer_is_shown_with_preview_and_use(client: TestClient) -> None:
    found = client.get("/staff/api/answers/template/track_order.shipped").json()
    assert (found["version"], found["state"], found["problems"], found["versions"]) == (0, "live", [], [])
    segments = [part for paragraph in found["preview"]["zh"] for part in paragraph if part.get("kind")]
    assert {s["kind"] for s in segments} == {"fact", "slot"}
    assert {"text": "3 个工作日", "name": "fact.late_after", "kind": "fact"} in segments
    assert {"text": "HB-2048817", "name": "order.number", "kind": "slot"} in segments
    assert found["use"] == {"turns": 0, "used": 0, "up": 0, "down": 0}


def test_an_article_is_shown_with_its_paragraphs(client: TestClient) -> None:
    found = client.get("/staff/api/answers/article/how-to-return").json()
    assert found["preview"]["zh"][0] == [{"text": "怎么退货"}]
    assert len(found["preview"]["en"]) > 3


def test_what_is_not_there_is_said(client: TestClient) -> None:
    assert client.get("/staff/api/answers/template/thanks.nope").status_code == 404


def test_a_text_is_checked_while_it_is_typed(client: TestClient) -> None:
    asked = {"kind": "template", "id": "thanks.general", "content": content(client, "{fact.nope} { x")}
    found = client.post("/staff/api/answers/check", json=asked).json()
    codes = [(p["where"], p["code"], p["found"]) for p in found["problems"]]
    assert ("en", "unknown_fact", "nope") in codes
    assert ("en", "syntax", "{ x") in codes
    assert {"text": "{fact.nope}", "name": "fact.nope", "kind": "unknown"} in found["preview"]["en"][0]


@pytest.mark.parametrize(
    "sent",
    [
        {"texts": {"en": "x" * 50_000}}, {"next": ["a"] * 11}, {"when": {"order": "x" * 65}}, {"colour": 1},
        {"texts": {"en": {"title": "a", "body": "b"}}}, {"texts": {"en": 7}}, {"texts": None},
    ],
    ids=lambda sent: str(sent)[:30],
)  # fmt: skip
def test_what_is_no_content_is_refused(sent: dict[str, Any], client: TestClient) -> None:
    answered = client.post(GENERAL, json={"content": {**content(client), **sent}, "base": 0})
    assert answered.status_code == 422
    assert answered.json()["error"]


def test_a_wrong_answer_is_refused_with_all_that_is_wrong(client: TestClient) -> None:
    answered = client.post(GENERAL, json={"content": content(client, "{fact.nope}", next=["fly"]), "base": 0})
    assert answered.status_code == 422
    assert [(p["where"], p["code"]) for p in answered.json()["problems"]][:2] == [
        ("next", "unknown_intent"), ("en", "unknown_fact"),
    ]  # fmt: skip


def test_the_second_editor_gets_the_other_version(client: TestClient) -> None:
    first = client.post(GENERAL, json={"content": content(client, "Gladly."), "base": 0})
    assert first.json()["version"] == 1
    second = client.post(GENERAL, json={"content": content(client, "With joy."), "base": 0})
    assert second.status_code == 409
    assert second.json()["theirs"]["author"] == "reviewer"
    assert second.json()["content"]["texts"]["en"] == "Gladly."
    assert {"part": "en", "sign": "+", "text": "Gladly."} in second.json()["lines"]


def test_history_diff_and_undo(client: TestClient) -> None:
    for number, words in enumerate(("Gladly.", "With joy.")):
        client.post(GENERAL, json={"content": content(client, words), "base": number})
    lines = client.get(f"{GENERAL}/diff?before=1&after=2").json()
    assert lines == [
        {"part": "en", "sign": "-", "text": "Gladly."}, {"part": "en", "sign": "+", "text": "With joy."},
    ]  # fmt: skip
    assert client.post(f"{GENERAL}/restore", json={"version": 0, "base": 2}).json()["version"] == 3
    found = client.get(GENERAL).json()
    assert (found["state"], len(found["versions"])) == ("live", 3)


def test_new_and_retired(client: TestClient) -> None:
    new = {"when": {}, "next": [], "texts": {"en": "Hi.", "zh": "嗨。"}}
    path = "/staff/api/answers/template/greeting.short"
    assert client.post(path, json={"content": new, "base": None}).json()["version"] == 1
    assert client.post(path, json={"content": new, "base": None}).status_code == 409
    assert client.get(path).json()["state"] == "new"
    assert client.post(path, json={"content": None, "base": 1}).json()["state"] == "retired"
    items = {i["id"]: i["state"] for i in client.get("/staff/api/answers").json()["items"]}
    assert items["greeting.short"] == "gone"
    assert client.post("/staff/api/answers/template/../x", json={}).status_code in (404, 405)


def test_trying_out_shows_both_and_logs_nothing(client: TestClient, as_built: Staff) -> None:
    client.post(GENERAL, json={"content": content(client, "Gladly."), "base": 0})
    found = client.post("/staff/api/answers/try", json={"text": "thank you so much"}).json()
    live, draft = found["live"], found["draft"]
    assert draft["reply"] == "Gladly."
    assert live["reply"] != "Gladly."
    assert [live[k] for k in ("language", "route", "intent", "accept_at")] == [
        draft[k] for k in ("language", "route", "intent", "accept_at")
    ]
    assert draft["sources"][0]["id"] == "thanks.general"
    with as_built.engine.connect() as db:
        assert db.scalar(select(func.count()).select_from(TurnRow)) == 0


def test_publishing_is_answered_with_at_once(client: TestClient, as_built: Staff) -> None:
    client.post(GENERAL, json={"content": content(client, "Gladly."), "base": 0})
    (pending,) = client.get("/staff/api/answers").json()["pending"]
    assert (pending["id"], pending["version"], pending["author"]) == ("thanks.general", 1, "reviewer")
    chosen = {"versions": {"template/thanks.general": 1}, "note": "shorter"}
    release = client.post("/staff/api/answers/publish", json=chosen).json()["release"]
    said = client.post("/api/v1/messages", json={"text": "thank you so much"}).json()
    assert (said["reply"], said["release"]) == ("Gladly.", release)
    assert client.get("/staff/api/answers").json()["pending"] == []
    assert audit_rows(as_built.engine)[0].action == "answers_published"


def test_what_was_rolled_back_says_so_and_is_no_draft(client: TestClient, as_built: Staff) -> None:
    before = as_built.bot().release
    client.post(GENERAL, json={"content": content(client, "Gladly."), "base": 0})
    chosen = {"versions": {"template/thanks.general": 1}}
    client.post("/staff/api/answers/publish", json=chosen)
    (version,) = client.get(GENERAL).json()["versions"]
    assert version["standing"] == "live"
    AnswerPublisher(as_built.settings, as_built.engine).make_live(before, "max")
    as_built.refresh()

    found = client.get(GENERAL).json()
    assert (found["state"], found["versions"][0]["standing"]) == ("rolled_back", "rolled_back")
    overview = client.get("/staff/api/answers").json()
    assert [i["state"] for i in overview["items"] if i["id"] == "thanks.general"] == ["rolled_back"]
    assert [p["rolled_back"] for p in overview["pending"]] == [True]

    client.post(GENERAL, json={"content": content(client, "With joy."), "base": 1})
    assert client.get(GENERAL).json()["state"] == "draft"  # edited anew: somebody wants it live
    client.post("/staff/api/answers/publish", json={"versions": {"template/thanks.general": 2}})
    standings = [v["standing"] for v in client.get(GENERAL).json()["versions"]]
    assert standings == ["live", "replaced"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("apple PAY", "article/payment-methods"), ("30 days", "article/return-conditions"),
        ("退貨", "article/how-to-return"), ("退货", "article/how-to-return"),
        ("thanks.general", "template/thanks.general"),
    ],
)  # fmt: skip
def test_answers_are_found_by_what_customers_read(asked: str, found: str, client: TestClient) -> None:
    assert found in client.get("/staff/api/answers/search", params={"q": asked}).json()["found"]


def test_a_search_prefers_the_words_as_they_stand(client: TestClient) -> None:
    def search(q: str) -> list[str]:
        found: list[str] = client.get("/staff/api/answers/search", params={"q": q}).json()["found"]
        return found

    assert search("退貨") == search("退货")
    assert 0 < len(search("30 days")) < len(search("days"))
    assert search("days 30 return") != []  # nowhere as it stands
    assert (search(" "), search("zebra crossing")) == ([], [])


def test_what_changed_meanwhile_is_not_published_unseen(client: TestClient) -> None:
    for number, words in enumerate(("Gladly.", "With joy.")):
        client.post(GENERAL, json={"content": content(client, words), "base": number})
    answered = client.post("/staff/api/answers/publish", json={"versions": {"template/thanks.general": 1}})
    assert answered.status_code == 409
    assert "changed meanwhile" in answered.json()["error"]


@pytest.mark.parametrize(
    "versions", [{}, {"nonsense": 1}, {"template/nope.x": 0}, {"template/nope.x": 4}], ids=str
)
def test_nothing_is_published_that_is_not_there(
    versions: dict[str, int], client: TestClient, as_built: Staff
) -> None:
    before = as_built.bot().release
    assert client.post("/staff/api/answers/publish", json={"versions": versions}).status_code in (409, 422)
    assert as_built.bot().release == before
