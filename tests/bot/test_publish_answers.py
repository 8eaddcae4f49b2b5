"""Edited answers go live in seconds, all or none, with what was learned as it was."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.doors import open_bot
from bot.pipeline import Bot
from bot.publish_answers import AnswerPublisher
from data.answer.answers import Answers
from data.answer.drafts import Drafts
from data.answer.files import Content, Subject
from data.audit import audit_rows
from data.database import open_database
from data.errors import AnswerError, ReleaseError
from data.release.release import LEARNED
from data.release.releases import Releases
from data.settings import Settings
from retrieval.search import Retriever
from retrieval.split import passages

THANKS = Subject("template", "thanks.general")
WORDS = "You are most welcome, any time."
KILLED = """
import os, signal, sys
from pathlib import Path
from bot import publish_answers
from data.database import open_database
from data.settings import Settings

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

settings = Settings()
engine = open_database(settings.url, settings.home)
publisher = publish_answers.AnswerPublisher(settings, engine)
where = sys.argv[1]
if where == "building":
    publish_answers.write_desk = die
elif where == "naming":
    Path.rename = die
publisher.publish({"template/thanks.general": 1}, "ann")
"""


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(home / "desks", tmp_path / "home" / "desks", copy_function=os.link)
    pointer = tmp_path / "home" / "desks" / "shop" / "live"
    content = pointer.read_text()
    pointer.unlink()
    pointer.write_text(content)
    return Settings(home=tmp_path / "home")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings.url, settings.home)
    yield engine
    engine.dispose()


@pytest.fixture
def publisher(settings: Settings, engine: Engine) -> AnswerPublisher:
    return AnswerPublisher(settings, engine)


@pytest.fixture
def drafts(publisher: AnswerPublisher, settings: Settings) -> Drafts:
    return Drafts(settings.desk, publisher.answers)


def edited(drafts: Drafts, subject: Subject = THANKS, words: str = WORDS) -> dict[str, int]:
    content: Content = drafts.now().contents[subject]
    texts = dict.fromkeys(content["texts"], words)
    version = drafts.save(subject, {**content, "texts": texts}, drafts.now().version(subject), "ann")
    return {str(subject): version.version}


def digests(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}


def test_an_edit_is_answered_with_what_was_learned_before(
    publisher: AnswerPublisher, drafts: Drafts, bot: Bot
) -> None:
    before = publisher.releases.live()
    versions, began = edited(drafts), time.process_time()
    release = publisher.publish(versions, "ann", "kinder", bot.encoder)
    assert time.process_time() - began < 10
    assert publisher.releases.live() == release
    for part in LEARNED:
        assert digests(release.folder / part) == digests(before.folder / part)
    assert bot.on(release).try_out("thank you so much").reply == WORDS
    assert (release.about["by"], release.about["note"], release.about["base"]) == ("ann", "kinder", before.id)
    assert 0 < release.about["seconds"] != before.metrics["seconds"]  # its own, not those of the build


def test_the_index_is_the_one_that_a_build_from_nothing_makes(
    publisher: AnswerPublisher, drafts: Drafts, bot: Bot
) -> None:
    release = publisher.publish(edited(drafts), "ann", encoder=bot.encoder)
    kept, wanted = Retriever.load(release.folder / "passages"), list(passages(drafts.now().desk))
    whole = Retriever.build(wanted, bot.encoder)
    for text, language in (
        ("how do I return it", "en"),
        ("most welcome any time", "en"),
        ("怎么开发票", "zh"),
    ):
        vector = bot.encoder.encode([text])[0]
        found, expected = (r.search(text, vector, language, kind=None) for r in (kept, whole))
        assert [p.id for p in found] == [p.id for p in expected]
        assert [p.score for p in found] == pytest.approx([p.score for p in expected], abs=0.01)


def test_it_is_audited_and_its_versions_are_marked(
    publisher: AnswerPublisher, drafts: Drafts, engine: Engine, bot: Bot
) -> None:
    release = publisher.publish(edited(drafts), "ann", encoder=bot.encoder)
    row = audit_rows(engine)[0]
    assert (row.user, row.action, row.subject) == ("ann", "answers_published", release.id)
    assert row.before == {"release": release.about["base"]}
    assert row.after == {"release": release.id, "answers": {str(THANKS): 1}}
    assert publisher.answers.versions(THANKS)[0].released == release.id


def test_a_restart_keeps_the_edit_and_builds_nothing(
    publisher: AnswerPublisher, drafts: Drafts, settings: Settings, bot: Bot
) -> None:
    release = publisher.publish(edited(drafts), "ann", encoder=bot.encoder)
    again = open_bot(settings)
    again.conversations.engine.dispose()
    assert again.release == release.id
    assert publisher.releases.ids()[-1] == release.id


def test_a_draft_that_was_not_chosen_stays_one(publisher: AnswerPublisher, drafts: Drafts, bot: Bot) -> None:
    chosen = edited(drafts)
    edited(drafts, Subject("template", "goodbye.general"), "Farewell.")
    release = publisher.publish(chosen, "ann", encoder=bot.encoder)
    live = bot.on(release).desk
    assert live.templates["thanks.general"].texts["en"] == WORDS
    assert "Farewell." not in live.templates["goodbye.general"].texts["en"]
    assert [s.id for s in drafts.now().pending(live)] == ["goodbye.general"]


def test_what_was_published_before_stays(publisher: AnswerPublisher, drafts: Drafts, bot: Bot) -> None:
    publisher.publish(edited(drafts), "ann", encoder=bot.encoder)
    second = edited(drafts, Subject("template", "goodbye.general"), "Farewell.")
    release = publisher.publish(second, "ben", encoder=bot.encoder)
    assert release.answers == {"template/thanks.general": 1, "template/goodbye.general": 1}
    assert drafts.now().pending(bot.on(release).desk) == {}


def test_going_back_takes_the_edit_out_of_sight_and_survives_a_restart(
    publisher: AnswerPublisher, drafts: Drafts, settings: Settings, engine: Engine, bot: Bot
) -> None:
    release = publisher.publish(edited(drafts), "ann", encoder=bot.encoder)
    former = publisher.make_live(release.about["base"], "ben")
    again = open_bot(settings)
    again.conversations.engine.dispose()
    assert again.release == former.id
    assert [s.id for s in drafts.now().pending(again.desk)] == ["thanks.general"]
    row = audit_rows(engine)[0]
    assert (row.user, row.action, row.before, row.after) == (
        "ben", "release_live", {"release": release.id}, {"release": former.id},
    )  # fmt: skip


def test_a_release_that_is_not_there_can_not_go_live(publisher: AnswerPublisher, engine: Engine) -> None:
    with pytest.raises(ReleaseError, match="there is no release"):
        publisher.make_live("20200101-01", "ann")
    assert audit_rows(engine) == []


def test_a_version_that_is_not_there_is_said(publisher: AnswerPublisher, bot: Bot) -> None:
    before = publisher.releases.live()
    with pytest.raises(AnswerError, match=r"no version 3 of template/thanks\.general"):
        publisher.publish({str(THANKS): 3}, "ann", encoder=bot.encoder)
    assert (publisher.releases.live(), len(publisher.releases.ids())) == (before, 1)


def test_answers_of_other_files_are_not_published_alone(
    settings: Settings, engine: Engine, tmp_path: Path, bot: Bot
) -> None:
    """The desk's files have changed since: what was learned may not know them."""
    shutil.copytree(settings.desk, tmp_path / "desk", ignore=shutil.ignore_patterns("tests"))
    (tmp_path / "desk" / "products.yaml").write_text("[]", "utf-8")
    changed = Settings(home=settings.home, desk=tmp_path / "desk")
    publisher = AnswerPublisher(changed, engine)
    versions = edited(Drafts(changed.desk, Answers(engine, "shop")))
    with pytest.raises(AnswerError, match="was built from other files of the desk"):
        publisher.publish(versions, "ann", encoder=bot.encoder)


def test_a_part_of_the_changes_that_leaves_customers_without_answer_is_refused(
    publisher: AnswerPublisher, drafts: Drafts, bot: Bot
) -> None:
    """A new answer takes the place of two retired ones, but only the retiring is chosen."""
    new = Subject("template", "goodbye.short")
    texts = {"en": "Goodbye.", "zh": "再见。"}
    drafts.create(new, {"when": {}, "next": [], "texts": texts}, "ann")
    others = [s for s in drafts.now().contents if s.id.startswith("goodbye.") and s != new]
    for subject in others:
        drafts.save(subject, None, 0, "ann")
    with pytest.raises(AnswerError, match=r"some customers get no answer: goodbye \(open\)"):
        publisher.publish({str(s): 1 for s in others}, "ann", encoder=bot.encoder)
    release = publisher.publish({str(s): 1 for s in (new, *others)}, "ann", encoder=bot.encoder)
    assert [t.id for t in bot.on(release).desk.answers["goodbye"]] == [new.id]


@pytest.mark.parametrize("where", ["building", "naming"])
def test_killed_while_publishing_leaves_the_old_release_and_no_half_of_the_new(
    where: str, publisher: AnswerPublisher, drafts: Drafts, settings: Settings, engine: Engine, bot: Bot
) -> None:
    before, versions = publisher.releases.live(), edited(drafts)
    process = subprocess.run(
        [sys.executable, "-c", KILLED, where],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "FRONTDESK_HOME": str(settings.home)},
        stderr=subprocess.PIPE,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    releases = Releases(settings.home, "shop")
    assert (releases.live(), releases.ids()) == (before, [before.id])
    assert [r.action for r in audit_rows(engine)] == ["answer_text"]
    assert publisher.answers.versions(THANKS)[0].released is None
    assert publisher.publish(versions, "ann", encoder=bot.encoder).answers == versions
    assert {f.name for f in releases.live().folder.parent.iterdir()} == set(releases.ids())
