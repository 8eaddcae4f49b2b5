"""The charts' routes: figures, files and who may have them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, insert

from bot.pipeline import Bot
from bot.staff import Staff
from bot.staff.insights import LONGEST, plotly_file
from data.database import open_database
from data.insight.daily import Daily
from data.settings import Settings
from data.tables import Conversation, TurnRow
from tests.bot.staff.conftest import SignIn, sign_ins, whole_house

API = "/staff/api/insights"
RELEASE = "insights-test"  # what this module wrote, among all that other tests wrote
PATHS = ("", "/topic?intent=get_refund", "/questions", "/plotly.js", "/export/turns.csv")


@pytest.fixture(scope="module")
def staff(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """A console with a log of its own: today is counted once in a while, and others write to theirs."""
    home = tmp_path_factory.mktemp("charts")
    engine = open_database(f"sqlite:///{home / 'charts.sqlite3'}", home)
    yield Staff(lambda: bot, engine, Settings(home=home))
    engine.dispose()


@pytest.fixture(scope="module")
def app(staff: Staff) -> FastAPI:
    return whole_house(staff)


@pytest.fixture(scope="module")
def staff_client(app: FastAPI, staff: Staff) -> Iterator[SignIn]:
    with sign_ins(app, staff) as sign_in:
        yield sign_in


@pytest.fixture(scope="module")
def reviewer(staff: Staff, staff_client: SignIn) -> TestClient:
    """A reviewer of a log with three turns of today."""
    session = uuid4().hex
    texts = ("=cmd|' /C calc'!A1", "退款怎么还没到", "-5 degrees and no parcel")
    with staff.engine.begin() as db:
        db.execute(insert(Conversation), {"session": session, "desk": "shop", "memory": {}})
        for number, text in enumerate(texts, 1):
            row = {
                "session": session, "number": number, "at": datetime.now(UTC) - timedelta(seconds=9),
                "text": text, "language": "zh", "intent": "get_refund", "confidence": 0.9,
                "route": "answer" if number < 3 else "refuse", "reason": "sure", "reply": "好的",
                "release": RELEASE, "ms": 20.0,
                "sentiment": -0.9,
                "details": {"intents": [{"id": "get_refund"}], "passages": []},
            }  # fmt: skip
            db.execute(insert(TurnRow), row)
    return staff_client("reviewer", name="reads-charts")


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_figures_are_of_the_period_and_its_filters(reviewer: TestClient) -> None:
    found = reviewer.get(API, params={"days": 7, "release": RELEASE}).json()
    assert (found["figures"]["turns"], found["figures"]["conversations"]) == (3, 1)
    assert found["figures"]["out_of_scope_share"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["before"]["turns"] == 0
    assert len(found["days"]) == 7
    assert found["topics"] == [{"intent": "get_refund", "turns": 3, "negative": 3, "negative_share": 1.0}]
    assert found["days"][-1]["day"] == found["to"] == found["today"]


def test_a_topic_has_its_days(reviewer: TestClient) -> None:
    days = reviewer.get(f"{API}/topic", params={"intent": "get_refund", "days": 7}).json()["days"]
    assert len(days) == 7
    assert days[-1]["negative"] >= 3
    assert {"expected", "limit", "alarm"} <= set(days[-1])


def test_questions_without_an_answer_name_their_turn(reviewer: TestClient) -> None:
    (group,) = reviewer.get(f"{API}/questions", params={"release": RELEASE}).json()
    assert (group["nearest"], group["questions"], group["no_article"]) == ("get_refund", 1, 1)
    assert (group["texts"][0]["text"], group["texts"][0]["turn"]) == ("-5 degrees and no parcel", 3)


@pytest.mark.parametrize(
    "name",
    ["days", "languages", "intents", "releases", "reasons", "topics", "questions", "alerts", "turns"],
)
def test_everything_is_a_file(name: str, reviewer: TestClient) -> None:
    answered = reviewer.get(f"{API}/export/{name}.csv", params={"days": 7})
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{name}-' in answered.headers["content-disposition"]
    rows_of(answered.text)


def test_no_cell_of_a_file_is_a_formula(reviewer: TestClient) -> None:
    rows = rows_of(reviewer.get(f"{API}/export/turns.csv", params={"release": RELEASE}).text)
    assert [row["text"] for row in rows] == [
        "'=cmd|' /C calc'!A1",
        "退款怎么还没到",
        "'-5 degrees and no parcel",
    ]
    assert rows[0]["sentiment"] == "-0.9"  # a number stays one


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-05-02", "to": "2026-05-01"}, {"from": "yesterday"}, {"days": LONGEST + 1},
        {"from": "2020-01-01", "to": "2026-01-01"}, {"language": "x" * 9}, {"intent": "x" * 65},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_period_is_refused(wrong: dict[str, str], reviewer: TestClient) -> None:
    assert reviewer.get(API, params=wrong).status_code == 422


def test_an_unknown_file_is_refused(reviewer: TestClient) -> None:
    answered = reviewer.get(f"{API}/export/passwords.csv")
    assert answered.status_code == 422
    assert "there are days, " in answered.json()["error"]


@pytest.mark.parametrize("path", PATHS)
def test_agents_may_not_see_it(path: str, staff_client: SignIn) -> None:
    assert staff_client("agent", name="no-charts").get(API + path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_nothing_answers_without_a_session(path: str, stranger: TestClient) -> None:
    assert stranger.get(API + path).status_code == 401


def test_the_drawing_library_is_the_packages(reviewer: TestClient) -> None:
    answered = reviewer.get(f"{API}/plotly.js")
    assert answered.content == plotly_file().read_bytes()
    assert answered.headers["cache-control"].startswith("private")


def test_every_reason_for_a_person_has_words_in_both_languages(reviewer: TestClient) -> None:
    code = "".join(file.read_text("utf-8") for file in (Path(__file__).parents[3] / "bot").glob("*.py"))
    reasons = {f"reason_{name}" for name in re.findall(r'Decision\("handoff", "(\w+)"', code)}
    assert "reason_asked_for_a_person" in reasons
    for language in ("en", "zh"):
        said = reviewer.get("/staff/api/me", params={"language": language}).json()["words"]["insights"]
        assert reasons <= set(said)


def test_a_number_on_a_chart_is_that_of_the_list_behind_it(staff: Staff, reviewer: TestClient) -> None:
    zone = ZoneInfo(staff.bot().desk.timezone)
    day = datetime.now(zone).date() - timedelta(days=2)
    moods = (-1.0, -0.76, -0.4, -0.2, -0.001, 0.0, 0.001, 0.9)
    for minutes in (-1, 0, 24 * 60 - 1, 24 * 60):  # on both sides of the desk's midnight, which is not UTC's
        at = datetime.combine(day, time(), zone).astimezone(UTC) + timedelta(minutes=minutes)
        write_moods(staff.engine, at, moods)
    Daily(staff.engine, zone).catch_up()
    span = {"from": f"{day - timedelta(days=1)}", "to": f"{day + timedelta(days=1)}"}
    drawn = reviewer.get(f"{API}/topic", params={"intent": "damaged_item", **span}).json()["days"]
    assert [d["negative"] for d in drawn] == [5, 10, 5]
    (topic,) = [t for t in reviewer.get(API, params=span).json()["topics"] if t["intent"] == "damaged_item"]
    behind = {"intent": "damaged_item", "mood": "negative"}
    for period, negative in (
        *(({"from": d["day"], "to": d["day"]}, d["negative"]) for d in drawn), (span, topic["negative"]),
    ):  # fmt: skip
        counted = reviewer.get("/staff/api/conversations/count", params={**behind, **period}).json()
        assert counted["count"] == negative
    rest = reviewer.get("/staff/api/conversations/count", params={**behind, **span, "mood": "neutral"})
    assert rest.json()["count"] == topic["turns"] - topic["negative"]


def write_moods(engine: Engine, at: datetime, moods: Iterable[float]) -> None:
    session = uuid4().hex
    with engine.begin() as db:
        db.execute(insert(Conversation), {"session": session, "desk": "shop", "memory": {}})
        for number, mood in enumerate(moods, 1):
            row = {
                "session": session, "number": number, "at": at, "text": "it came broken", "language": "en",
                "intent": "damaged_item", "confidence": 0.9, "route": "answer", "reason": "sure",
                "reply": "Sorry.", "release": "another", "ms": 20.0, "sentiment": mood,
                "details": {"intents": [], "passages": []},
            }  # fmt: skip
            db.execute(insert(TurnRow), row)
