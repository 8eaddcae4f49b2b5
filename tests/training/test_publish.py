"""A release of the bundled desk has all that a bot needs, and is built only when it must be."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from bot.classifier import Classifier
from bot.publish_answers import AnswerPublisher
from data.answer.answers import Answers
from data.answer.drafts import Drafts
from data.answer.files import Content, Subject
from data.audit import audit_rows
from data.database import open_database
from data.desk import UNVERSIONED, Desk, load_desk
from data.errors import DeskError, ReleaseError
from data.night.runs import Run, Runs
from data.release.release import MANIFEST, Release
from data.release.releases import Releases
from data.settings import Settings
from retrieval.encoder import OnnxEncoder
from retrieval.search import Retriever
from retrieval.split import passages
from training.publish import main, publish, roll_back

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def release(home: Path, desk: Desk) -> Release:
    return Releases(home, desk.id).live()


def test_publishing_again_builds_nothing(release: Release, home: Path) -> None:
    assert publish(Settings(home=home)) == release


def test_the_release_says_the_same_desk(release: Release, desk: Desk) -> None:
    kept = load_desk(release.desk_folder)
    assert kept.model_dump(exclude={"folder"}) == desk.model_dump(exclude={"folder"})


def test_what_the_bot_learned_from_is_not_in_the_release(release: Release) -> None:
    assert [part for part in UNVERSIONED if (release.desk_folder / part).exists()] == []


def test_every_file_has_the_digest_of_the_manifest(release: Release) -> None:
    listed = json.loads((release.folder / MANIFEST).read_text("utf-8"))["files"]
    files = {str(f.relative_to(release.folder)): f for f in release.folder.rglob("*") if f.is_file()}
    del files[MANIFEST]
    assert {name: hashlib.sha256(f.read_bytes()).hexdigest() for name, f in files.items()} == listed


def test_all_passages_can_be_found(release: Release, desk: Desk) -> None:
    assert len(Retriever.load(release.folder / "passages")) == len(list(passages(desk)))


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "Where is my order HB-2048817?", "track_order"),
        ("en", "I forgot my password", "recover_password"),
        ("zh", "我的快递到哪了", "track_order"),
        ("zh", "怎么开发票", "get_invoice"),
    ],
)
def test_the_plainest_questions_are_understood(
    language: str, text: str, intent: str, release: Release
) -> None:
    classifier = Classifier.load(release.folder / "classifier")
    scores = classifier.score([text], OnnxEncoder(release.encoder_folder).encode([text]), language)
    assert classifier.intents[scores.intents[0].argmax()] == intent


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("figure", "most"),
    [("answers_wrong", 0.051), ("in_scope_refused", 0.051)],
)
def test_held_out_figures_keep_their_limits(
    figure: str, most: float, language: str, release: Release
) -> None:
    assert release.metrics[language][figure] <= most


def nothing(_folder: Path) -> dict[str, Any]:
    return {}


def test_rolling_back_goes_one_release_back(small_desk: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, desk=small_desk)
    releases = Releases(tmp_path, "kiosk")
    ids = [releases.publish(f"desk-{n}", nothing).id for n in range(3)]
    assert [roll_back(settings)[0].id, roll_back(settings)[0].id] == [ids[1], ids[0]]


def test_rolling_back_names_the_topics_that_go_with_the_release(
    small_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def finish(_folder: Path, _live: dict[str, int] | None) -> dict[str, Any]:
        return {"answers": {"intent/wifi_name": 1}}

    releases = Releases(tmp_path, "kiosk")
    former = releases.publish("desk-1", nothing).id
    releases.publish("desk-2", nothing, True, finish)
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path))
    monkeypatch.setenv("FRONTDESK_DESK", str(small_desk))
    monkeypatch.setattr("sys.argv", ["publish", "rollback"])
    main()
    said = json.loads(capsys.readouterr().out)
    assert said["release"] == former
    assert (said["topics_taken_back"], said["reviews_waiting"]) == ({"wifi_name": 0}, 0)
    assert "same name" in said["what_now"]


def test_there_is_nothing_before_the_oldest_release(small_desk: Path, tmp_path: Path) -> None:
    oldest = Releases(tmp_path, "kiosk").publish("desk-1", nothing)
    with pytest.raises(ReleaseError, match=f"{oldest.id} is the oldest release that was live"):
        roll_back(Settings(home=tmp_path, desk=small_desk))


# the command, on a desk that is built in seconds


def runs_of(home: Path) -> list[Run]:
    engine = open_database(Settings(home=home).url, home)
    found = Runs(engine).latest()
    engine.dispose()
    return found


def start(home: Path, desk: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "training.publish", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "FRONTDESK_HOME": str(home), "FRONTDESK_DESK": str(desk)},
    )


def test_two_that_publish_at_once_make_one_release(tiny_desk: Path, tmp_path: Path) -> None:
    both = [start(tmp_path / "home", tiny_desk) for _ in range(2)]
    printed = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    releases = Releases(tmp_path / "home", "kiosk")
    assert [json.loads(p)["release"] for p in printed] == releases.ids() * 2
    assert releases.live().id == releases.ids()[0]


def test_a_build_that_is_killed_leaves_no_release_and_the_next_one_works(
    tiny_desk: Path, tmp_path: Path
) -> None:
    """Killed while the classifier or the index is written: the encoder is there, the manifest is not."""
    home = tmp_path / "home"
    folder = home / "desks" / "kiosk" / "releases"
    process = start(home, tiny_desk)
    until = time.monotonic() + 60
    while not list(folder.glob(".*/encoder/tokenizer.json")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    releases = Releases(home, "kiosk")
    assert [f.name[0] for f in folder.iterdir()] == ["."]
    assert releases.ids() == []
    with pytest.raises(ReleaseError, match="no live release"):
        releases.live()
    made = publish(Settings(home=home, desk=tiny_desk))
    assert releases.live() == made
    assert [f.name for f in folder.iterdir()] == [made.id]
    assert Classifier.load(made.folder / "classifier").intents == ("return_item", "greeting")
    assert [run.state for run in runs_of(home)] == ["done", "unfinished"]


def test_the_command_goes_back(tiny_desk: Path, tmp_path: Path) -> None:
    releases = Releases(tmp_path, "kiosk")
    ids = [releases.publish(f"desk-{n}", nothing).id for n in range(2)]
    printed, _ = start(tmp_path, tiny_desk, "rollback").communicate(timeout=60)
    assert json.loads(printed)["release"] == ids[0] == releases.live().id


def test_the_command_puts_a_release_on_trial_and_ends_that(tiny_desk: Path, tmp_path: Path) -> None:
    releases = Releases(tmp_path, "kiosk")
    releases.publish("desk-1", nothing)
    kept = releases.keep("desk-2", nothing)
    printed, _ = start(tmp_path, tiny_desk, "--trial", kept.id, "--share", "0.1").communicate(timeout=60)
    trial = releases.on_trial()
    assert trial is not None
    assert (trial.release, trial.share, json.loads(printed)["id"]) == (kept.id, 0.1, trial.id)
    start(tmp_path, tiny_desk, "--end-trial").communicate(timeout=60)
    assert releases.on_trial() is None
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    noted = [(row.action, row.subject, row.user) for row in audit_rows(engine)]
    engine.dispose()
    assert [(action, subject) for action, subject, _ in noted] == [
        ("trial_ended", kept.id), ("trial_begun", kept.id),
    ]  # fmt: skip
    assert all(user.endswith("(command line)") for _, _, user in noted)


@pytest.mark.parametrize(
    "options",
    [
        ("--trial", "r"),
        ("--shadow",),
        ("--trial", "r", "--shadow", "--share", "0.1"),
        ("rollback", "--fresh"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["publish", *options])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2


def test_the_command_says_what_is_wrong_without_a_traceback(small_desk: Path, tmp_path: Path) -> None:
    (small_desk / "intents.yaml").write_text("- {id: alone}", "utf-8")
    process = start(tmp_path, small_desk)
    printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert "frontdesk: " in said
    assert "intents.yaml is not as it should be" in said
    assert "Traceback" not in said


def test_progress_is_told_from_start_to_end(tiny_desk: Path, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    publish(
        Settings(home=tmp_path / "home", desk=tiny_desk),
        report=lambda share, what: told.append((share, what)),
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(what for _, what in told)


# edited answers


GREETING = Subject("template", "greeting.one")


def greets(en: str, zh: str) -> Content:
    return {"when": {}, "next": [], "texts": {"en": en, "zh": zh}}


@pytest.fixture
def settings(tiny_desk: Path, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", desk=tiny_desk)


@pytest.fixture
def drafts(settings: Settings) -> Iterator[Drafts]:
    engine = open_database(settings.url, settings.home)
    yield Drafts(settings.desk, Answers(engine, "kiosk"))
    engine.dispose()


def test_a_full_build_has_the_published_edits_and_no_drafts(settings: Settings, drafts: Drafts) -> None:
    publish(settings)
    drafts.save(GREETING, greets("Good day.", "您好呀。"), 0, "ann")
    AnswerPublisher(settings, drafts.answers.engine).publish({str(GREETING): 1}, "ann")
    drafts.save(GREETING, greets("Not yet.", "还没有。"), 1, "ann")
    release = publish(settings, fresh=True)
    assert load_desk(release.desk_folder).templates[GREETING.id].texts["en"] == "Good day."
    assert (release.answers, release.about["kind"]) == ({str(GREETING): 1}, "trained")


def test_without_a_live_release_the_last_published_edits_are_taken(
    settings: Settings, drafts: Drafts
) -> None:
    publish(settings)
    drafts.save(GREETING, greets("Good day.", "您好呀。"), 0, "ann")
    AnswerPublisher(settings, drafts.answers.engine).publish({str(GREETING): 1}, "ann")
    shutil.rmtree(settings.home / "desks")
    assert publish(settings).answers == {str(GREETING): 1}


def test_an_edit_that_does_not_fit_the_files_any_more_is_left_out(
    settings: Settings, drafts: Drafts, caplog: pytest.LogCaptureFixture
) -> None:
    publish(settings)
    drafts.save(GREETING, greets("Write to {fact.service_email}.", "{fact.service_email}"), 0, "ann")
    AnswerPublisher(settings, drafts.answers.engine).publish({str(GREETING): 1}, "ann")
    for file in (settings.desk / "desk.yaml", settings.desk / "templates" / "return_item.yaml"):
        file.write_text(file.read_text("utf-8").replace("service_email", "service_address"), "utf-8")
    release = publish(settings)
    assert load_desk(release.desk_folder).templates[GREETING.id].texts["en"] == "Hello."
    assert release.answers == {}
    assert "the edit of greeting.one is left out: en: there is no fact service_email" in caplog.text


def test_figures_per_intent_are_kept(settings: Settings) -> None:
    metrics = publish(settings).metrics
    assert set(metrics["intents"]) == {"return_item", "greeting"}
    for figures in metrics["intents"].values():
        assert figures["examples"] > 0
        assert all(right <= of for right, of in (figures.get(x, [0, 0]) for x in LANGUAGES))
    assert metrics["seconds"] > 0
    assert metrics["tuned"] is False


def test_a_build_leaves_a_run_behind_and_only_a_build(settings: Settings) -> None:
    release = publish(settings)
    publish(settings)  # builds nothing
    engine = open_database(settings.url, settings.home)
    runs = Runs(engine)
    (run,) = runs.latest()
    assert (run.kind, run.desk, run.state, run.outcome["release"]) == ("publish", "kiosk", "done", release.id)
    assert (run.config["tune"], run.config["encoder"], run.config["processes"]) == (False, "bundled", 1)
    figures = {name: values[0] for name, values in runs.figures(run.id).items()}
    engine.dispose()
    assert figures["en/accuracy"] == release.metrics["en"]["accuracy"]
    right, of = release.metrics["intents"]["return_item"]["en"]
    assert figures["intents/return_item/en"] == right / of
    assert figures["intents/return_item/examples"] == release.metrics["intents"]["return_item"]["examples"]
    shown = EventAccumulator(str(settings.home / "runs" / run.name)).Reload()
    assert set(shown.Tags()["scalars"]) == set(figures)
    assert len(shown.Images("intents")) == 1


def test_a_build_that_fails_leaves_its_run_and_no_release(settings: Settings) -> None:
    (settings.desk / "dialogues" / "en.jsonl").write_text("{}", "utf-8")
    with pytest.raises(DeskError, match=r"en\.jsonl, line 1"):
        publish(settings)
    (run,) = runs_of(settings.home)
    assert (run.state, run.error, run.outcome) == ("failed", "DeskError", {})
