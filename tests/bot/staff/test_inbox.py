"""The inbox over HTTP: who may do what, what is told of a conversation, and that nothing is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from bot.pipeline import Bot
from bot.staff.inbox import MOST_CHARS
from bot.staff.session import TOKEN_HEADER
from data.audit import audit_rows
from data.tables import AuditRow, Remark, TurnRow, now

API = "/staff/api/inbox"
SignIn = Callable[..., TestClient]


def key() -> str:
    return uuid4().hex


@pytest.fixture
def ann(staff_client: SignIn) -> TestClient:
    return staff_client("agent", "ann")


@pytest.fixture
def bob(staff_client: SignIn) -> TestClient:
    return staff_client("agent", "bob")


@pytest.fixture
def waiting(bot: Bot, session: str) -> str:
    """A conversation in which somebody asked about an order, and then for a person."""
    bot.reply(session, "where is my order HB-2048817?")
    bot.reply(session, "I want to talk to a person")
    return session


@pytest.fixture
def anns(waiting: str, ann: TestClient) -> str:
    assert ann.post(f"{API}/{waiting}/claim", json={}).status_code == 200
    return waiting


def held(client: TestClient, session: str, **query: str) -> dict[str, Any]:
    got = client.get(f"{API}/{session}", params=query)
    assert got.status_code == 200
    return dict(got.json())


PATHS = [
    ("GET", ""), ("GET", "/count"), ("GET", "/x"), ("GET", "/x/suggestions"), ("POST", "/x/claim"),
    ("POST", "/x/reply"), ("POST", "/x/note"), ("POST", "/x/give_back"), ("POST", "/x/close"),
    ("POST", "/x/transfer"), ("GET", "/../colleagues"), ("POST", "/close_silent"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nothing_answers_without_a_session(method: str, path: str, stranger: TestClient) -> None:
    assert stranger.request(method, f"{API}{path}", json={} if method == "POST" else None).status_code == 401


@pytest.mark.parametrize("path", [p for m, p in PATHS if m == "POST"])
def test_nothing_is_written_without_the_token(path: str, waiting: str, ann: TestClient) -> None:
    there = f"{API}{path.replace('/x', f'/{waiting}')}"
    body = {"key": key(), "text": "hello"} if "claim" not in path else {}
    assert ann.post(there, json=body, headers={TOKEN_HEADER: "forged"}).status_code == 403
    assert held(ann, waiting)["owner"] == "waiting"


def test_who_waits_is_listed_and_counted(waiting: str, ann: TestClient) -> None:
    lists = ann.get(API).json()
    (mine,) = [c for c in lists["waiting"] if c["session"] == waiting]
    assert (mine["text"], mine["language"], mine["reason"]) == (
        "I want to talk to a person", "en", "asked_for_a_person",
    )  # fmt: skip
    told = ann.get(f"{API}/count").json()
    assert told == lists["queue"]
    assert told["waiting"] >= 1
    assert told["newest"] == mine["since"]


def test_a_conversation_is_told_with_its_summary(waiting: str, ann: TestClient) -> None:
    told = held(ann, waiting)
    assert [t["text"] for t in told["turns"]] == [
        "where is my order HB-2048817?",
        "I want to talk to a person",
    ]
    found = told["summary"]
    assert found["wants"] == ["track_order"]
    assert {"type": "order_number", "value": "HB-2048817"} in found["known"]
    assert found["order"]["number"] == "HB-2048817"
    assert found["order"]["status"] == "on its way"
    assert [(t["intent"], t["route"]) for t in found["tried"]] == [
        ("track_order", "answer"), ("human_agent", "handoff"),
    ]  # fmt: skip
    assert (found["language"], found["misses"]) == ("en", 0)


def test_a_summary_speaks_the_readers_language(waiting: str, ann: TestClient) -> None:
    assert held(ann, waiting, language="zh")["summary"]["order"]["status"] == "已发货"
    assert held(ann, waiting, language="../x")["summary"]["order"]["status"] == "on its way"


def test_supervisors_see_what_colleagues_have(anns: str, ann: TestClient, staff_client: SignIn) -> None:
    listed = staff_client("reviewer", "rea").get(API).json()
    (hers,) = [c for c in listed["colleagues"] if c["session"] == anns]
    assert (hers["person"], hers["text"]) == ("ann", "I want to talk to a person")
    assert listed["silent_after"] == 1800
    assert "colleagues" not in ann.get(API).json()


def test_those_who_left_are_closed_together(
    bot: Bot, anns: str, ann: TestClient, bob: TestClient, staff_client: SignIn
) -> None:
    still_there, hurt = uuid4().hex, uuid4().hex
    bot.reply(still_there, "I want to talk to a person")
    bot.reply(hurt, "the lamp burned my hand")
    with bot.conversations.engine.begin() as db:
        silent = update(TurnRow).where(TurnRow.session.in_([anns, hurt]))
        db.execute(silent.values(at=now() - timedelta(minutes=31)))
    sent = {"key": key(), "sessions": [anns, still_there, hurt, "nobody"]}
    assert bob.post(f"{API}/close_silent", json=sent).json() == {"closed": []}  # none of them is his
    rea = staff_client("reviewer", "rea")
    for _ in range(2):  # the answer got lost
        assert rea.post(f"{API}/close_silent", json=sent).json() == {"closed": [anns]}
    assert held(ann, anns)["owner"] == "bot"
    assert held(ann, hurt)["owner"] == held(ann, still_there)["owner"] == "waiting"


def test_what_the_customer_asked_last_is_answered_when_given_back(
    anns: str, bot: Bot, ann: TestClient, stranger: TestClient
) -> None:
    bot.reply(anns, "do you ship to Canada?")
    assert ann.post(f"{API}/{anns}/give_back", json={"key": key()}).status_code == 200
    news = stranger.get("/api/v1/messages", params={"session": anns}).json()
    assert [m["kind"] for m in news["messages"]] == ["claimed", "given_back", "answered"]
    assert (news["messages"][-1]["author"], "Canada" in news["messages"][-1]["text"]) == ("", True)


def test_what_was_seen_is_not_sent_again(waiting: str, bot: Bot, ann: TestClient) -> None:
    version = held(ann, waiting)["version"]
    assert held(ann, waiting, version=version) == {"version": version, "same": True}
    bot.reply(waiting, "hello?")
    assert len(held(ann, waiting, version=version)["turns"]) == 3


def test_what_is_said_to_a_person_is_in_the_summary(anns: str, bot: Bot, ann: TestClient) -> None:
    bot.reply(anns, "it goes to Canada")
    assert {"type": "country", "value": "Canada"} in held(ann, anns)["summary"]["known"]


def test_of_two_who_claim_at_once_one_is_told_who_has_it(
    waiting: str, ann: TestClient, bob: TestClient
) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda c: c.post(f"{API}/{waiting}/claim", json={}), (ann, bob)))
    assert sorted(a.status_code for a in answers) == [200, 409]
    winner = "ann" if answers[0].status_code == 200 else "bob"
    assert next(a.json() for a in answers if a.status_code == 409) == {
        "error": f"{winner} has this conversation"
    }
    assert held(ann, waiting)["person"] == winner


def test_only_an_admin_takes_a_colleagues_conversation(
    anns: str, bob: TestClient, staff_client: SignIn
) -> None:
    refused = bob.post(f"{API}/{anns}/claim", json={"take_from": "ann"})
    assert (refused.status_code, held(bob, anns)["person"]) == (409, "ann")
    assert staff_client("admin").post(f"{API}/{anns}/claim", json={"take_from": "ann"}).status_code == 200
    assert held(bob, anns)["person"] == "admin"


def test_a_reply_reaches_the_customer_once(anns: str, bot: Bot, ann: TestClient) -> None:
    body = {"text": "  It is due tomorrow.\0 ", "key": key()}
    for _ in range(3):  # as a browser that did not hear the first answer
        assert ann.post(f"{API}/{anns}/reply", json=body).status_code == 200
    assert [(r.kind, r.author, r.text) for r in bot.conversations.remarks(anns)] == [
        ("claimed", "ann", ""), ("reply", "ann", "It is due tomorrow."),
    ]  # fmt: skip


def test_a_reply_by_somebody_else_is_refused(anns: str, bob: TestClient, bot: Bot) -> None:
    refused = bob.post(f"{API}/{anns}/reply", json={"text": "hi", "key": key()})
    assert (refused.status_code, refused.json()) == (409, {"error": "ann has this conversation"})
    assert len(bot.conversations.remarks(anns)) == 1


def test_a_note_is_shown_to_colleagues_only(anns: str, bob: TestClient, ann: TestClient, bot: Bot) -> None:
    bob.post(f"{API}/{anns}/note", json={"text": "Pays late.", "key": key()})
    assert [(r["kind"], r["author"], r["text"]) for r in held(ann, anns)["remarks"]][1:] == [
        ("note", "bob", "Pays late.")
    ]
    assert all(r.kind != "note" for r in bot.conversations.remarks(anns))


@pytest.mark.parametrize(
    "body",
    [
        {}, {"text": "hi"}, {"key": "0" * 32}, {"text": "", "key": "0" * 32},
        {"text": " \n", "key": "0" * 32},
        {"text": "x" * (MOST_CHARS + 1), "key": "0" * 32}, {"text": "hi", "key": "short"},
        {"text": "hi", "key": "' OR 1=1 --"}, {"text": "hi", "key": "0" * 65}, {"text": 7, "key": "0" * 32},
        {"text": "\0", "key": "0" * 32},
    ],
    ids=range(11),
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_with_a_reason(
    body: dict[str, Any], anns: str, ann: TestClient
) -> None:
    refused = ann.post(f"{API}/{anns}/reply", json=body)
    assert refused.status_code == 422
    assert refused.json()["error"]


@pytest.mark.parametrize("act", ["give_back", "close"])
def test_after_letting_go_the_bot_has_it(act: str, anns: str, ann: TestClient, bot: Bot) -> None:
    body = {"key": key()}
    for _ in range(2):
        assert ann.post(f"{API}/{anns}/{act}", json=body).status_code == 200
    told = held(ann, anns)
    assert (told["owner"], told["person"], bool(told["closed"])) == ("bot", None, act == "close")
    assert bot.reply(anns, "do you ship to Canada?").reply
    assert held(ann, anns)["closed"] is None


def test_everything_done_is_in_the_audit_log(anns: str, ann: TestClient, bot: Bot) -> None:
    for act, more in (("reply", {"text": "Hello."}), ("note", {"text": "x"}), ("close", {})):
        ann.post(f"{API}/{anns}/{act}", json={"key": key(), **more})
    done = [r.action for r in audit_rows(bot.conversations.engine) if r.subject == anns]
    assert done[::-1] == [f"conversation_{a}" for a in ("claimed", "reply", "note", "closed")]


def test_suggestions_are_what_the_bot_would_say(waiting: str, ann: TestClient) -> None:
    found = ann.get(f"{API}/{waiting}/suggestions").json()["suggestions"]
    assert found[0]["intent"] == "track_order"
    assert "HB-2048817" in found[0]["text"]


def test_an_unknown_conversation_is_said_to_be_none(ann: TestClient) -> None:
    got = ann.get(f"{API}/nobody")
    assert (got.status_code, got.json()) == (422, {"error": "there is no conversation 'nobody'"})


@pytest.mark.parametrize("text", ["my daughter cut her hand on the vase", "孩子误吞了零件怎么办"])
def test_a_danger_is_told_and_gets_no_prepared_answer(
    text: str, session: str, bot: Bot, ann: TestClient
) -> None:
    bot.reply(session, "where is my order HB-2048817?")
    bot.reply(session, text)
    assert bot.reply(session, "never mind").owner == "waiting"  # a person looks at it all the same
    assert ann.get(API).json()["waiting"][0]["danger"] == "injury"
    assert held(ann, session)["danger"] == "injury"
    assert ann.get(f"{API}/{session}/suggestions").json() == {"suggestions": []}


@pytest.mark.parametrize(
    ("wait", "leave"),
    [
        ("how long will it take?", "never mind, I found it myself"),
        ("在吗，还要多久？", "算了，我自己找到了"),
    ],
)  # fmt: skip
def test_a_question_about_the_wait_is_no_matter_and_withdrawing_ends_it(
    wait: str, leave: str, waiting: str, bot: Bot, ann: TestClient
) -> None:
    assert bot.reply(waiting, wait).decision.reason == "about_the_wait"
    assert held(ann, waiting)["summary"]["wants"] == ["track_order"]
    left = bot.reply(waiting, leave)
    assert (left.decision.reason, left.owner, bool(left.reply)) == ("withdrawn", "bot", True)
    assert waiting not in [c["session"] for c in ann.get(API).json()["waiting"]]
    assert held(ann, waiting)["remarks"][-1]["kind"] == "withdrawn"


def test_suggestions_offer_no_person(bot: Bot, session: str, ann: TestClient) -> None:
    bot.reply(session, "can I still change the delivery address of HB-2048817?")
    bot.reply(session, "I want to talk to a person")
    found = ann.get(f"{API}/{session}/suggestions").json()["suggestions"]
    assert found
    assert not any("colleague" in s["text"] for s in found)


def test_a_conversation_is_passed_on_to_a_colleague(
    anns: str, bot: Bot, ann: TestClient, bob: TestClient
) -> None:
    known = ann.get("/staff/api/colleagues").json()["colleagues"]
    assert "ann" not in [c["name"] for c in known]
    before = next(c["has"] for c in known if c["name"] == "bob")
    assert ann.post(f"{API}/{anns}/transfer", json={"to": "bob", "key": key()}).status_code == 200
    (mine,) = [c for c in bob.get(API).json()["mine"] if c["session"] == anns]
    assert (mine["given_by"], bob.get(f"{API}/count").json()["given"]) == ("ann", 1)
    known = ann.get("/staff/api/colleagues").json()["colleagues"]
    assert next(c["has"] for c in known if c["name"] == "bob") == before + 1
    refused = ann.post(f"{API}/{anns}/transfer", json={"to": "bob", "key": key()})
    assert (refused.status_code, refused.json()) == (409, {"error": "bob has this conversation"})
    told = bot.conversations.remarks(anns)[-1]
    assert (told.kind, told.author, told.text) == ("transferred", "ann", "bob")
    assert bob.post(f"{API}/{anns}/close", json={"key": key()}).status_code == 200


@pytest.mark.parametrize("to", ["nobody", "ann", "", "x" * 65, None, 7])
def test_who_cannot_have_a_conversation_gets_none(to: Any, anns: str, ann: TestClient) -> None:
    refused = ann.post(f"{API}/{anns}/transfer", json={"to": to, "key": key()})
    assert refused.status_code == 422
    assert refused.json()["error"]
    assert held(ann, anns)["person"] == "ann"


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("my daughter cut her hand on the vase", "injury"),
        ("孩子误吞了零件怎么办", "injury"),
        ("我不想活了", "crisis"),
        ("I want to end my life", "crisis"),
    ],
)
def test_a_danger_told_to_a_person_is_seen_at_once(
    text: str, danger: str, anns: str, bot: Bot, ann: TestClient
) -> None:
    before = ann.get(f"{API}/count").json()["danger"]
    turn = bot.reply(anns, text)
    assert (turn.reply, turn.owner, turn.decision.reason) == ("", "person", danger)
    first = ann.get(API).json()["mine"][0]
    assert (first["session"], first["danger"]) == (anns, danger)
    assert ann.get(f"{API}/count").json()["danger"] == before + 1
    told = held(ann, anns)
    assert told["danger"] == danger
    assert [t["intent"] for t in told["summary"]["tried"]] == ["track_order", "human_agent"]
    if danger == "crisis":  # whatever it was taken for
        assert told["summary"]["wants"] == ["track_order"]
    assert ann.get(f"{API}/{anns}/suggestions").json() == {"suggestions": []}
    assert ann.post(f"{API}/{anns}/close", json={"key": key()}).status_code == 200


@pytest.mark.parametrize("act", ["reply", "note"])
def test_no_personal_data_of_what_people_write_is_kept(
    act: str, anns: str, ann: TestClient, bot: Bot
) -> None:
    body = {"text": "Card 4111 1111 1111 1111, mail jo.lark@example.org", "key": key()}
    answer = ann.post(f"{API}/{anns}/{act}", json=body)
    assert answer.json() == {"done": True, "masked": ["card_number", "email"]}
    assert held(ann, anns)["remarks"][-1]["text"] == "Card •••• 1111, mail j•••@example.org"
    engine = bot.conversations.engine
    with engine.connect() as db:
        kept = str(
            [tuple(row) for table in (Remark, AuditRow) for row in db.execute(select(table.__table__))]
        )
    assert "•••• 1111" in kept
    assert "4111 1111" not in kept
    assert "41111111" not in kept
    assert "jo.lark" not in kept
    found = ann.get("/staff/api/conversations", params={"words": "4111111111111111"}).json()
    assert anns not in str(found)
