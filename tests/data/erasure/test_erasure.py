"""What a customer asks to have erased is gone from log, training rows, releases and files."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update

from data.audit import audit_rows
from data.desk import load_desk
from data.erasure.__main__ import main
from data.erasure.erasure import ERASED, Erasure, as_json
from data.erasure.tables import ErasedText
from data.erasure.texts import purge
from data.errors import ReleaseError
from data.log.conversations import Conversations
from data.night.tables import Taught
from data.release.release import KNOWN
from data.release.releases import Releases
from data.settings import Settings
from data.tables import AuditRow, Base, Conversation, Feedback, Remark, TurnRow, TurnVector, Verdict, now
from tests.data.old_log import review, taught_row, write_conversation

SECRET = "My name is Zebedee Quux, where is my parcel"
LONG_AGO = now() - timedelta(days=1)
Write = Callable[..., list[int]]


@pytest.fixture
def settings(tmp_path: Path, small_desk: Path) -> Settings:
    return Settings(home=tmp_path, desk=small_desk)


@pytest.fixture
def erasure(engine: Engine, settings: Settings) -> Erasure:
    return Erasure(engine, settings)


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path, "kiosk")


@pytest.fixture
def write(engine: Engine) -> Write:
    return partial(write_conversation, engine)


@pytest.fixture
def learned(engine: Engine, write: Write) -> str:
    """A conversation whose first message was reviewed and learned from, beside one of somebody else."""
    turn = write("zebedee", LONG_AGO, said=SECRET)[0]
    write("other", LONG_AGO)
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("zebedee", turn, review(engine, turn), f"{SECRET} 1"))
    return f"{SECRET} 1"


def knowing(*texts: str) -> Callable[[Path], dict[str, Any]]:
    """Return what builds a release that has learned from these messages."""

    def build(folder: Path) -> dict[str, Any]:
        (folder / "encoder").mkdir()
        (folder / "classifier").mkdir()
        kept = {"examples": [[text, "track_order"] for text in texts]}
        (folder / KNOWN).write_text(json.dumps(kept), "utf-8")
        return {}

    return build


def count(engine: Engine, *tables: type[Base]) -> list[int]:
    with engine.connect() as db:
        return [int(db.scalar(select(func.count()).select_from(table)) or 0) for table in tables]


# ---- the log


def test_everything_of_a_conversation_goes_and_what_went_is_said(
    erasure: Erasure, engine: Engine, learned: str
) -> None:
    said = erasure.preview("zebedee")
    gone = erasure.erase("zebedee", "root")
    assert gone.rows == said.rows == {
        "conversations": 1, "turns": 2, "turn_vectors": 2, "feedback": 1, "remarks": 1, "review_items": 1,
        "verdicts": 1, "taught": 1, "audit": 1,
    }  # fmt: skip
    left = (Conversation, TurnRow, TurnVector, Feedback, Remark, Verdict, Taught)
    assert count(engine, *left) == [1, 2, 2, 1, 1, 0, 0]
    assert erasure.erase("zebedee", "root").nothing


def test_the_audit_log_keeps_who_and_when_and_no_word(erasure: Erasure, engine: Engine, learned: str) -> None:
    erasure.erase("zebedee", "root")
    erased, *_, quoted = audit_rows(engine)
    assert (erased.user, erased.action, erased.after["turns"]) == ("root", ERASED, 2)  # type: ignore[index]
    assert (quoted.user, quoted.action, quoted.after) == ("ann", "conversation_reply", None)
    assert erased.subject == quoted.subject
    assert "zebedee" not in erased.subject
    before = erasure.erased_before("zebedee")
    assert before is not None
    assert before.id == erased.id
    assert erasure.erased_before("other") is None


def test_what_was_erased_is_not_even_in_the_files(
    erasure: Erasure, engine: Engine, learned: str, tmp_path: Path
) -> None:
    """On SQLite; PostgreSQL's own vacuum does it there."""
    if engine.dialect.name == "sqlite":
        assert any(b"Zebedee" in f.read_bytes() for f in tmp_path.glob("frontdesk.sqlite3*"))
    erasure.erase("zebedee", "root")
    for file in tmp_path.glob("frontdesk.sqlite3*"):
        assert b"zebedee" not in file.read_bytes().lower()


def test_a_conversation_that_the_log_has_forgotten_is_erased_from_training(
    erasure: Erasure, engine: Engine
) -> None:
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("long-gone", 7, 1, SECRET))
    assert erasure.erase("long-gone", "root").rows == {"taught": 1}
    assert count(engine, Taught, ErasedText) == [0, 1]


def test_others_turns_no_longer_quote_it(erasure: Erasure, engine: Engine, learned: str) -> None:
    examples = [{"text": t, "intent": "track_order", "similarity": 0.9} for t in (learned, "where is it")]
    with engine.begin() as db:
        other = TurnRow.session == "other"
        db.execute(update(TurnRow).where(other).values(details={"examples": examples, "in_scope": 1.0}))
    assert erasure.erase("zebedee", "root").quotes == 2
    with engine.connect() as db:
        kept = db.scalars(select(TurnRow.details)).all()
    assert kept == [{"examples": examples[1:], "in_scope": 1.0}] * 2


def test_reports_of_nights_no_longer_quote_it(erasure: Erasure, learned: str, tmp_path: Path) -> None:
    night = tmp_path / "desks" / "kiosk" / "nights" / "20260501"
    night.mkdir(parents=True)
    (night / "report.json").write_text(json.dumps({"text": f"{SECRET} 2", "n": 3}), "utf-8")
    (night / "report.html").write_text(f"<td>{learned}</td><td>where is it</td>", "utf-8")
    (night / "other.html").write_text("<td>where is it</td>", "utf-8")
    assert erasure.preview("zebedee").reports == 2
    assert erasure.erase("zebedee", "root").reports == 2
    assert json.loads((night / "report.json").read_text("utf-8")) == {"text": "[erased]", "n": 3}
    assert (night / "report.html").read_text("utf-8") == "<td>[erased]</td><td>where is it</td>"


@pytest.mark.parametrize(
    ("said", "report", "left"),
    [
        ("退款", '{"a": "退款", "b": "退款多久到账"}', '{"a": "[erased]", "b": "退款多久到账"}'),
        ("退款", '{"a": "\\u9000\\u6b3e"}', '{"a": "[erased]"}'),
        ("ok", "<td>ok</td><td>a token</td>", "<td>[erased]</td><td>a token</td>"),
        ('is "A & B" mine?', "<td>is &quot;A &amp; B&quot; mine?</td>", "<td>[erased]</td>"),
        ('is "A & B" mine?', '["is \\"A & B\\" mine?"]', '["[erased]"]'),
    ],
)
def test_a_quotation_is_found_however_it_is_spelt(
    erasure: Erasure, engine: Engine, tmp_path: Path, said: str, report: str, left: str
) -> None:
    turn = {
        "session": "s", "number": 1, "text": said, "language": "en", "confidence": 0.5, "route": "answer",
        "reason": "sure", "reply": "", "release": "r", "ms": 1.0, "details": {},
    }  # fmt: skip
    Conversations(engine, "kiosk").add(turn, {}, "bot")
    file = tmp_path / "desks" / "kiosk" / "nights" / "20260501" / "report"
    file.parent.mkdir(parents=True)
    file.write_text(report, "utf-8")
    erasure.erase("s", "root")
    assert file.read_text("utf-8") == left


def test_the_customer_may_write_again(erasure: Erasure, engine: Engine, learned: str, write: Write) -> None:
    erasure.erase("zebedee", "root")
    write("zebedee", now(), turns=1)
    assert count(engine, Conversation, TurnRow) == [2, 3]


def test_an_export_has_all_and_erases_nothing(erasure: Erasure, engine: Engine, learned: str) -> None:
    exported = json.loads(as_json(erasure.export("zebedee")))
    assert [t["text"] for t in exported["turns"]] == [f"{SECRET} 1", f"{SECRET} 2"]
    assert exported["taught"][0]["text"] == learned
    assert exported["remarks"][0]["text"] == "Sorry about it"
    assert {"conversations", "feedback", "verdicts", "review_items", "audit"} <= set(exported)
    assert count(engine, Conversation) == [2]


# ---- releases


def test_releases_that_know_it_go_and_the_live_one_may_not_come_back(
    erasure: Erasure, releases: Releases, learned: str, engine: Engine, settings: Settings
) -> None:
    clean = releases.publish("desk-0", knowing("where is it"))
    holding = releases.publish("desk-1", knowing("where is it", learned))
    live = releases.publish("desk-2", knowing(learned))
    said = erasure.preview("zebedee")
    gone = erasure.erase("zebedee", "root")
    assert (gone.releases, gone.waiting) == (said.releases, said.waiting) == ((holding.id,), (live.id,))
    assert releases.ids() == [clean.id, live.id]
    assert (releases.live(), releases.barred(live.id), releases.barred(clean.id)) == (live, True, False)

    releases.make_live(clean.id)
    with pytest.raises(ReleaseError, match="has been erased since"):
        releases.make_live(live.id)

    night = releases.publish("desk-3", knowing("where is it"))  # as a night builds one, without the text
    purged = purge(engine, releases, load_desk(settings.desk))
    assert (purged.removed, purged.barred) == ((live.id,), ())
    assert releases.ids() == [clean.id, night.id]
    assert not releases.barred(night.id)


def test_edited_answers_on_a_barred_release_are_barred_too(
    erasure: Erasure, releases: Releases, learned: str, engine: Engine, settings: Settings
) -> None:
    releases.publish("desk-1", knowing(learned))
    erasure.erase("zebedee", "root")
    derived = releases.derive(lambda folder, live: {"kind": "answers"})
    assert releases.barred(derived.id)
    releases.publish("desk-2", knowing("where is it"))
    assert derived.id in purge(engine, releases, load_desk(settings.desk)).removed


def test_a_release_on_trial_stays_until_the_next_night(
    erasure: Erasure, releases: Releases, learned: str
) -> None:
    trial = releases.publish("desk-1", knowing(learned))
    live = releases.publish("desk-2", knowing("where is it"))
    gone = erasure.erase("zebedee", "root", spare=[trial.id])
    assert (gone.releases, gone.waiting) == ((), (trial.id,))
    assert releases.ids() == [trial.id, live.id]


@pytest.mark.parametrize("whose", ["the desk's history", "a button", "another customer"])
def test_what_training_has_from_elsewhere_costs_no_release(
    erasure: Erasure, releases: Releases, engine: Engine, write: Write, whose: str
) -> None:
    """The small desk's history says "hi there", and a button of it "Hello"."""
    said = {"the desk's history": "Hi there", "a button": "hello", "another customer": "anyone there?"}[whose]
    turn = write("zebedee", LONG_AGO)[0]
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("zebedee", turn, 1, said))
        if whose == "another customer":
            db.execute(insert(Taught), taught_row("other", turn + 100, 2, said))
    release = releases.publish("desk-1", knowing(said))
    assert erasure.erase("zebedee", "root").waiting == ()
    assert not releases.barred(release.id)


def test_what_another_customer_says_later_is_theirs(
    erasure: Erasure, releases: Releases, learned: str, engine: Engine, settings: Settings
) -> None:
    erasure.erase("zebedee", "root")
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("later", 99, 9, learned))
    release = releases.publish("desk-1", knowing(learned))
    assert purge(engine, releases, load_desk(settings.desk)).barred == ()
    assert not releases.barred(release.id)


def test_a_night_that_was_on_its_way_brings_nothing_back(
    erasure: Erasure, releases: Releases, learned: str, engine: Engine, settings: Settings
) -> None:
    """It read the verdicts before the erasure, and ends after it: with training rows and a release."""
    with engine.connect() as db:
        row = dict(db.execute(select(Taught.__table__)).one()._mapping)
    erasure.erase("zebedee", "root")
    with engine.begin() as db:
        db.execute(insert(Taught), row)
    release = releases.publish("desk-1", knowing(learned))
    purged = purge(engine, releases, load_desk(settings.desk))
    assert purged.barred == (release.id,)
    assert count(engine, Taught) == [0]


def test_what_a_barred_release_quoted_until_it_went_is_taken_out(
    erasure: Erasure, releases: Releases, learned: str, engine: Engine, settings: Settings
) -> None:
    live = releases.publish("desk-1", knowing(learned))
    erasure.erase("zebedee", "root")
    details = {"examples": [{"text": learned, "intent": None, "similarity": 0.9}]}
    with engine.begin() as db:
        values = {"release": live.id, "details": details, "at": now()}
        db.execute(update(TurnRow).where(TurnRow.session == "other").values(values))
    releases.publish("desk-2", knowing("where is it"))
    purge(engine, releases, load_desk(settings.desk))
    with engine.connect() as db:
        assert db.scalars(select(TurnRow.details)).all() == [{"examples": []}] * 2


# ---- killed, and by hand


ERASE = """
import os, signal, sys
from pathlib import Path
import data.erasure.erasure
from data.database import open_database
from data.settings import Settings

home, desk, url, where = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
engine = open_database(url, home)
real = getattr(data.erasure.erasure, where)

def killed(*arguments):
    result = real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(data.erasure.erasure, where, killed)
data.erasure.erasure.Erasure(engine, Settings(home=home, desk=desk)).erase("zebedee", "root")
"""


@pytest.mark.parametrize("where", ["unquote", "remember", "purge"])
def test_a_killed_erasure_is_done_by_the_next(
    where: str, erasure: Erasure, releases: Releases, learned: str, engine: Engine, settings: Settings
) -> None:
    old = releases.publish("desk-1", knowing(learned))
    live = releases.publish("desk-2", knowing("where is it"))
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", ERASE, str(settings.home), str(settings.desk), url, where]
    assert subprocess.run(command, cwd=Path(__file__).parents[3]).returncode == -signal.SIGKILL
    with engine.connect() as db:
        whole = db.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.action == ERASED)) == 0
    assert count(engine, Conversation, Taught) == ([2, 1] if whole else [1, 0])
    assert whole == (where != "purge")
    erasure.erase("zebedee", "root")
    assert count(engine, Conversation, Taught) == [1, 0]
    assert releases.ids() == [live.id]
    assert old.id not in releases.ids()


def test_the_command(
    tmp_path: Path, small_desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.database import open_database

    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path))
    monkeypatch.setenv("FRONTDESK_DESK", str(small_desk))
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    write_conversation(engine, "zebedee", LONG_AGO, said=SECRET)
    main(["zebedee", "--export", str(tmp_path / "kept.json")])
    (kept,) = json.loads((tmp_path / "kept.json").read_text("utf-8"))
    assert kept["turns"][0]["text"] == f"{SECRET} 1"
    for arguments, left in ((["--dry-run"], 1), ([], 0)):
        capsys.readouterr()
        main(["zebedee", *arguments])
        assert json.loads(capsys.readouterr().out)["rows"]["turns"] == 2
        assert count(engine, Conversation) == [left]
    with pytest.raises(SystemExit, match="1"):
        main(["zebedee"])
    assert "nothing is kept of zebedee; " in capsys.readouterr().err
    engine.dispose()
