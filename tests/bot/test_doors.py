"""What every door makes of its input, and the bot that follows the live release."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.doors import LiveBot, Message, new_session, open_bot
from bot.pipeline import SESSION
from bot.share import Share
from bot.turn import Turn
from data.errors import MessageError, ReleaseError
from data.release.releases import Releases
from data.release.trial import NOTICE, Trial
from data.settings import Settings


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("where is my order", Message("new", "where is my order")),
        ("", Message("new", "")),
        ("  [1, 2]", Message("new", "  [1, 2]")),  # only an object is JSON here
        ('"quoted"', Message("new", '"quoted"')),
        ('{"text": "hi"}', Message("new", "hi")),
        ('  {"text": "hi", "session": "a"}  ', Message("a", "hi")),
        ('{"session": null, "text": "hi"}', Message("new", "hi")),
        (r'{"text": "\u4f60\u597d\n"}', Message("new", "你好\n")),
        ('{"text": "a", "text": "b"}', Message("new", "b")),
    ],
)
def test_lines(line: str, message: Message) -> None:
    assert Message.of_line(line, "new") == message


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "starts like JSON but is none"),
        ("{hello}", "starts like JSON but is none"),
        ('{"text": "hi"} {"text": "ho"}', "starts like JSON but is none"),
        ('{"text": "hi",}', "starts like JSON but is none"),
        ("{}", '"text" is missing'),
        ('{"session": "a"}', '"text" is missing'),
        ('{"text": "hi", "colour": 1, "age": 2}', r"unknown fields \['age', 'colour'\]"),
        ('{"text": ' + "1" * 5000 + "}", "starts like JSON but is none"),
        ('{"text": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
    ],
    ids=lambda value: value[:30],
)
def test_lines_that_cannot_be_taken(line: str, error: str) -> None:
    with pytest.raises(MessageError, match=error):
        Message.of_line(line, "new")


@pytest.mark.parametrize("value", [None, 1, "text", ["text"], True], ids=repr)
def test_a_value_that_is_no_object_is_refused(value: Any) -> None:
    with pytest.raises(MessageError, match="expected an object"):
        Message.of(value, "new")


def test_new_sessions_are_new_and_can_be_kept() -> None:
    made = {new_session() for _ in range(100)}
    assert len(made) == 100
    assert all(SESSION.fullmatch(session) for session in made)


# the bot behind the doors


def link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    """Settings of a home with two releases of the same content; the first is live."""
    shutil.copytree(home / "desks", tmp_path / "desks", copy_function=link)
    releases = Releases(tmp_path, "shop")
    live = releases.live()
    later = live.folder.with_name("29990101-01")
    shutil.copytree(live.folder, later, copy_function=link)
    releases.make_live(live.id)
    return Settings(home=tmp_path)


@pytest.fixture
def live(settings: Settings) -> Iterator[LiveBot]:
    live = LiveBot(settings, every=0.05)
    yield live
    live.close()


@pytest.fixture
def unwatched(settings: Settings) -> Iterator[LiveBot]:
    """A bot that looks for releases when it is told to, not while a test is still damaging one."""
    live = LiveBot(settings, every=600)
    yield live
    live.close()


def wait_for(release: str, live: LiveBot) -> None:
    until = time.monotonic() + 10
    while live().release != release:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_new_release_is_picked_up_and_conversations_go_on(live: LiveBot, settings: Settings) -> None:
    assert live().reply("a", "where is my order").decision.reason == "slot_missing"
    Releases(settings.home, "shop").make_live("29990101-01")
    wait_for("29990101-01", live)
    turn = live().reply("a", "HB-2048817")
    assert (turn.number, turn.decision.reason, turn.release) == (2, "slot_filled", "29990101-01")


def test_a_release_of_the_same_files_shares_what_is_loaded(live: LiveBot, settings: Settings) -> None:
    before = live()
    Releases(settings.home, "shop").make_live("29990101-01")
    live.refresh()
    assert live().release == "29990101-01"
    assert live().encoder is before.encoder


@pytest.mark.parametrize("damage", ["gone", "unreadable", "without an index"])
def test_a_damaged_release_leaves_the_bot_as_it_is(damage: str, live: LiveBot, settings: Settings) -> None:
    before = live().release
    pointer = settings.home / "desks" / "shop" / "live"
    broken = settings.home / "desks" / "shop" / "releases" / "29990101-01"
    if damage == "unreadable":
        (broken / "manifest.json").unlink()
        (broken / "manifest.json").write_text("{")
    if damage == "without an index":
        (broken / "passages" / "passages.json").unlink()
    pointer.unlink()
    pointer.write_text("no-such-release" if damage == "gone" else broken.name)
    live.refresh()
    assert live().release == before
    assert live().reply("a", "hello").reply


def test_the_watch_survives_a_damaged_release(live: LiveBot, settings: Settings) -> None:
    before, root = live().release, settings.home / "desks" / "shop"
    shutil.copytree(root / "releases" / before, root / "releases" / "29990101-02", copy_function=link)
    (root / "releases" / "29990101-01" / "encoder" / "encoder.onnx").unlink()
    releases = Releases(settings.home, "shop")
    releases.make_live("29990101-01")
    time.sleep(0.5)
    assert live().release == before
    releases.make_live("29990101-02")
    wait_for("29990101-02", live)


# a release on trial beside it


NEW = "29990101-01"


def drawn(trial: Trial) -> tuple[str, str]:
    """Return a session that falls to the release on trial and one that does not."""
    sessions = [f"s{n}" for n in range(200)]
    return next(filter(trial.draws, sessions)), next(s for s in sessions if not trial.draws(s))


def begun(settings: Settings, share: float = 0.5, since: timedelta = -NOTICE) -> Trial:
    """Put the other release on trial by share; usually without the notice that processes get."""
    releases = Releases(settings.home, "shop")
    trial = releases.try_out(NEW, "share", share, "ann")
    file = settings.home / "desks" / "shop" / "trial"
    file.write_text(replace(trial, since=trial.since + since).text())
    return trial


def test_a_share_of_the_conversations_is_answered_by_the_release_on_trial(
    live: LiveBot, settings: Settings
) -> None:
    trial, before = begun(settings), live().release
    live.refresh()
    ours, theirs = drawn(trial)
    assert live().reply(ours, "where is my order").release == NEW
    assert live().reply(theirs, "where is my order").release == before
    turn = live().reply(ours, "HB-2048817")
    assert (turn.release, turn.number, turn.decision.reason) == (NEW, 2, "slot_filled")


def test_nothing_is_drawn_before_every_process_had_notice(live: LiveBot, settings: Settings) -> None:
    trial = begun(settings, since=timedelta(hours=1))
    live.refresh()
    assert live().beside is not None
    assert live().reply(drawn(trial)[0], "hello").release != NEW


def test_a_conversation_keeps_its_side_over_a_restart_and_a_release(
    live: LiveBot, settings: Settings
) -> None:
    ours, theirs = drawn(begun(settings))
    root = settings.home / "desks" / "shop"
    shutil.copytree(root / "releases" / NEW, root / "releases" / "29990101-02", copy_function=link)
    again = LiveBot(settings, every=3600)  # as another process, or after a restart
    assert [again().reply(s, "hello").release == NEW for s in (ours, theirs)] == [True, False]
    Releases(settings.home, "shop").make_live("29990101-02")
    again.refresh()
    assert [again().reply(s, "hello").release for s in (ours, theirs)] == [NEW, "29990101-02"]
    again.close()
    again().conversations.engine.dispose()


def test_once_a_trial_ends_all_are_answered_by_the_live_release(live: LiveBot, settings: Settings) -> None:
    ours, _ = drawn(begun(settings))
    live.refresh()
    assert live().reply(ours, "hello").release == NEW
    Releases(settings.home, "shop").end_trial()
    live.refresh()
    assert live().reply(ours, "hello").release == live().release != NEW
    assert live().beside is None


@pytest.mark.parametrize("mode", ["shadow", "share"])
def test_what_was_tried_goes_live_for_all_and_its_trial_ends(
    mode: str, live: LiveBot, settings: Settings
) -> None:
    releases = Releases(settings.home, "shop")
    trial = releases.try_out(NEW, mode, 0.5, "ann")
    live.refresh()
    assert live().beside is not None
    releases.make_live(NEW)
    live.refresh()
    assert (live().release, live().beside, releases.on_trial()) == (NEW, None, None)
    assert {live().reply(s, "hello").release for s in drawn(replace(trial, share=0.5))} == {NEW}


def without_an_index(release: Path) -> None:
    (release / "passages" / "passages.json").unlink()


def unable_to_answer(release: Path) -> None:
    """Leave a release that loads and breaks on every message: its head is for shorter vectors."""
    head = release / "classifier" / "head.npz"
    with np.load(head) as kept:
        arrays = dict(kept)
    head.unlink()
    np.savez(head, **arrays | {"dense": arrays["dense"][1:]})


def test_a_broken_release_on_trial_disturbs_nobody(
    unwatched: LiveBot, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    live = unwatched
    releases, root = Releases(settings.home, "shop"), settings.home / "desks" / "shop"
    sound = root / "releases" / NEW
    for damage in (shutil.rmtree, without_an_index, unable_to_answer):
        trial = begun(settings, share=0.9)
        shutil.copytree(sound, root / "kept", copy_function=link)
        damage(sound)
        live.refresh()
        assert live().beside is None
        assert live.trial_problem in caplog.text
        turn = live().reply(drawn(trial)[0], "what is your refund policy")
        assert (turn.release, turn.decision.reason != "failure") == (live().release, True)
        shutil.rmtree(sound, ignore_errors=True)
        (root / "kept").rename(sound)
        releases.end_trial()
    (root / "trial").write_text("{")
    live.refresh()
    assert "damaged" in live.trial_problem
    releases.end_trial()
    live.refresh()
    assert live.trial_problem == ""


def test_a_message_that_breaks_the_release_on_trial_is_answered_by_the_live_one(
    live: LiveBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = drawn(begun(settings))
    live.refresh()
    assert isinstance(live().beside, Share)

    def broken(_turn: Turn) -> Turn:
        raise RuntimeError("no such intent")

    monkeypatch.setattr(live().beside.bot, "_read", (broken,))
    turn = live().reply(ours, "where is my order")
    assert (turn.release, turn.decision.reason, turn.owner) == (live().release, "slot_missing", "bot")


def test_the_watch_sees_a_trial_begin_and_end(live: LiveBot, settings: Settings) -> None:
    releases = Releases(settings.home, "shop")
    for change, on in ((lambda: releases.try_out(NEW, "shadow"), True), (releases.end_trial, False)):
        change()
        until = time.monotonic() + 10
        while (live().beside is not None) != on:
            assert time.monotonic() < until
            time.sleep(0.02)


def test_opening_takes_the_release_that_is_there(settings: Settings) -> None:
    before = Releases(settings.home, "shop").live().id
    assert open_bot(settings).release == before
    assert Releases(settings.home, "shop").live().id == before


def test_a_release_that_cannot_be_built_is_said(
    small_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk teaches nothing: its only dialogue is broken."""
    for file in (small_desk / "dialogues").iterdir():
        file.write_text("{broken", "utf-8")
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path / "home"))  # for the process that builds
    monkeypatch.setenv("FRONTDESK_DESK", str(small_desk))
    with pytest.raises(ReleaseError, match="could not be built"):
        open_bot(Settings())
