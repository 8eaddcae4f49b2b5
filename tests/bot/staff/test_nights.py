"""The Nights page's routes: reviewers see how nights went, and read their reports, which may do nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete

from bot.staff import Staff
from data.night.nights import OUTCOMES, Nights, in_short, night_folder, reasons_of
from data.night.tables import Night
from tests.bot.staff.conftest import SignIn
from training.report_html import POLICY, html_page

ADDRESS = "/staff/api/nights"
NIGHT = "20261130-0200-3f9c"
REPORT = {
    "learned": {"examples": 40, "fresh": 12, "by_author": {"rea": {"fresh": 12, "kept_out": False}}},
    "figures": {"en": {"top_intent": {"live": 0.9, "candidate": 0.8, "n": 10}}},
    "checks": [{"check": "golden", "language": "en", "passed": False, "text": "<b>worse</b>"}],
}


@pytest.fixture
def nights(staff: Staff) -> Iterator[Nights]:
    yield Nights(staff.engine, "shop")
    with staff.engine.begin() as db:
        db.execute(delete(Night))


@pytest.fixture
def folder(staff: Staff, nights: Nights) -> Path:
    """The folder of a night that has ended, with its report."""
    nights.begin(NIGHT, "20261129-01", {})
    nights.end(NIGHT, "kept", "20261130-01", reasons_of(REPORT), in_short(REPORT))
    folder = night_folder(staff.settings.home, "shop", NIGHT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(html_page("Night", "<h1>Kept, 未采用</h1>"), "utf-8")
    return folder


@pytest.fixture
def client(staff_client: SignIn) -> TestClient:
    return staff_client("reviewer")


def test_without_nights_there_is_what_waits(client: TestClient, nights: Nights) -> None:
    found = client.get(ADDRESS).json()
    assert found["nights"] == []
    assert found["tonight"].keys() == {"messages", "intents", "proposed"}


def test_nights_are_listed_newest_first_with_figures_and_reasons(
    client: TestClient, nights: Nights, folder: Path
) -> None:
    nights.begin("20261201-0200-aaaa", "20261129-01", {})
    going_on, kept = client.get(ADDRESS).json()["nights"]
    assert (going_on["id"], going_on["ended"], going_on["outcome"], going_on["report"]) == (
        "20261201-0200-aaaa",
        None,
        "",
        False,
    )
    assert (kept["id"], kept["outcome"], kept["report"]) == (NIGHT, "kept", True)
    assert (kept["before"], kept["release"]) == ("20261129-01", "20261130-01")
    assert kept["figures"] == in_short(REPORT)
    assert kept["reasons"] == REPORT["checks"]


def test_a_report_is_read_as_it_was_written(client: TestClient, folder: Path) -> None:
    answer = client.get(f"{ADDRESS}/{NIGHT}/report")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text == (folder / "report.html").read_text("utf-8")


def test_a_report_may_load_and_run_nothing_and_be_framed_by_nobody(client: TestClient, folder: Path) -> None:
    headers = client.get(f"{ADDRESS}/{NIGHT}/report").headers
    rules = headers["Content-Security-Policy"].split("; ")
    assert set(POLICY.split("; ")) <= set(rules)  # what the page itself says holds, too
    assert {"frame-ancestors 'none'", "sandbox"} <= set(rules)
    assert "script-src" not in headers["Content-Security-Policy"]
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_only_reviewers_read_reports(staff_client: SignIn, stranger: TestClient, folder: Path) -> None:
    for path in (ADDRESS, f"{ADDRESS}/{NIGHT}/report"):
        assert staff_client("agent").get(path).status_code == 403
        assert stranger.get(path).status_code == 401
        assert staff_client("admin").get(path).status_code == 200
    sent = stranger.get(f"{ADDRESS}/{NIGHT}/report", headers={"accept": "text/html"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/staff/sign-in")


@pytest.mark.parametrize(
    "night",
    ["nothing", "..", "%2e%2e", "..%2f..%2flive", f"{NIGHT}%2f..%2f{NIGHT}", f"../nights/{NIGHT}", "%00"],
)
def test_no_other_file_is_read(night: str, client: TestClient, folder: Path) -> None:
    answer = client.get(f"{ADDRESS}/{night}/report")
    assert answer.status_code in (200, 400, 404)
    assert (answer.status_code == 200) == (answer.url.path == f"{ADDRESS}/{NIGHT}/report")


def test_a_night_of_another_desk_is_none_of_this(client: TestClient, staff: Staff, nights: Nights) -> None:
    Nights(staff.engine, "library").begin(NIGHT, "r1", {})
    report = night_folder(staff.settings.home, "library", NIGHT) / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("<h1>of the library</h1>", "utf-8")
    assert client.get(ADDRESS).json()["nights"] == []
    assert client.get(f"{ADDRESS}/{NIGHT}/report").status_code == 404


def test_a_report_that_was_removed_is_said_to_be_gone(client: TestClient, folder: Path) -> None:
    (folder / "report.html").unlink()
    assert client.get(ADDRESS).json()["nights"][0]["report"] is False
    answer = client.get(f"{ADDRESS}/{NIGHT}/report")
    assert (answer.status_code, answer.json()) == (404, {"error": f"there is no report of a night {NIGHT!r}"})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_outcome_has_words(language: str, client: TestClient) -> None:
    words = client.get(f"/staff/api/me?language={language}").json()["words"]["nights"]
    for outcome in (*OUTCOMES, "running", "stopped"):
        assert {outcome, f"short_{outcome}", f"said_{outcome}"} <= words.keys()
