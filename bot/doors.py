"""What every door shares: a message as it comes in, checked, and the running bot behind it."""

import json
import logging
import subprocess
import sys
import time
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

from bot.pipeline import FAILURE, Bot
from bot.shadow import Shadow
from bot.share import Share
from bot.trim import trim_heap
from data.database import open_database
from data.desk import fingerprint, load_desk
from data.errors import MessageError, ReleaseError
from data.log.conversations import Conversations
from data.release.releases import Mark, Releases
from data.release.trial import Trial
from data.settings import Settings
from retrieval.bundled_encoder import encoder_identity

log = logging.getLogger(__name__)
FIELDS = ("session", "text")
AGAIN = 30.0  # seconds until a release that could not be loaded is tried again


@dataclass(frozen=True)
class Message:
    """One customer message; a door that gets no session makes one."""

    session: str
    text: str

    @classmethod
    def of(cls, fields: Any, session: str) -> "Message":
        """Check a decoded JSON value; raises MessageError that names the field."""
        if not isinstance(fields, dict):
            raise MessageError(f'expected an object such as {{"text": "…"}}, got {type(fields).__name__}')
        unknown = sorted(set(fields) - set(FIELDS))
        if unknown:
            raise MessageError(f"unknown fields {unknown}; known are {list(FIELDS)}")
        if "text" not in fields:
            raise MessageError('the field "text" is missing')
        return cls(session if fields.get("session") is None else fields["session"], fields["text"])

    @classmethod
    def of_line(cls, line: str, session: str) -> "Message":
        """Read a line of input: a JSON object, or plain text."""
        if not line.lstrip().startswith("{"):
            return cls(session, line)
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise MessageError(f"the line starts like JSON but is none: {error}") from error
        except RecursionError as error:
            raise MessageError("the JSON is nested too deeply") from error
        return cls.of(fields, session)


def new_session() -> str:
    return uuid4().hex


def open_bot(settings: Settings) -> Bot:
    """Return a bot on the live release of the settings' desk, which is built first if there is none."""
    desk = load_desk(settings.desk)
    releases = Releases(settings.home, desk.id)
    if releases.current(fingerprint(desk.folder, encoder_identity(settings.encoder))) is None:
        # in a process of its own: training is above bot, and what it loads need not stay in memory
        log.info("no current release in %s, building one", settings.home)
        done = subprocess.run([sys.executable, "-m", "training.publish"], stdout=subprocess.DEVNULL)
        if done.returncode:
            raise ReleaseError("the release could not be built; see the message above")
    engine = open_database(settings.url, settings.home)
    return Bot.of(
        releases.live(), Conversations(engine, desk.id), settings.max_message_chars, settings.encoder_threads
    )


class LiveBot:
    """The bot on whatever release is live: call it for the bot to use now.

    A background thread looks every second whether the pointers were swapped, and loads a new release beside
    the old one; conversations go on over the change, since what they remember is in the database. A release
    on trial hangs on the bot to use, so that no door need know of it.
    """

    def __init__(self, settings: Settings, every: float = 1.0) -> None:
        self._settings = settings
        self._every = every
        self._bot = open_bot(settings)
        self._releases = Releases(settings.home, self._bot.desk.id)
        self._beside: Shadow | Share | None = None
        self._failed_at: float | None = None  # when what the pointers name could not be had, last
        self._freed = False  # whether a release was let go whose memory is to be given back
        self.trial_problem = ""  # why the release on trial does not answer
        self._mark: Mark = ()
        self._stop = Event()
        self._refreshing = Lock()
        self.refresh()  # before the first message: a conversation on trial stays there over a restart
        Thread(target=self._watch, name="release-watch", daemon=True).start()

    def __call__(self) -> Bot:
        return self._bot

    def close(self) -> None:
        self._stop.set()
        if self._beside:
            self._beside.close()

    def refresh(self) -> None:
        """Load what is live and on trial now if it is another; what can't be read leaves the bot as it is."""
        with self._refreshing:
            self._mark, self._failed_at = self._releases.mark(), None
            try:
                self._follow_live()
            except Exception as error:  # whatever is wrong with it, customers keep their bot
                log.error("still answering with release %s: %s", self._bot.release, error)
                self._failed_at = time.monotonic()
            try:
                self._follow_trial()
                self.trial_problem = ""
            except Exception as error:
                if str(error) != self.trial_problem:
                    log.error("the release on trial does not answer: %s", error)
                self.trial_problem = str(error)
                self._failed_at = time.monotonic()

    def _follow_live(self) -> None:
        release = self._releases.live()
        if release.id == self._bot.release:
            return
        tried = self._beside.bot if self._beside and self._beside.bot.release == release.id else None
        bot = (tried or self._bot).on(release, self._settings.encoder_threads)  # what was tried is loaded
        _require_answers(bot)
        bot.beside = None if tried else self._beside
        self._bot, self._freed = bot, True
        log.info("now answering with release %s", release.id)

    def _follow_trial(self) -> None:
        trial = self._releases.on_trial()
        if trial and trial.release == self._bot.release:
            trial = None  # about to end: it has just gone live
        if self._beside and (trial is None or trial.id != self._beside.trial.id):
            log.info("release %s is no longer on trial", self._beside.trial.release)
            self._beside.close()
            self._bot.beside = self._beside = None
            self._freed = True
        if trial and self._beside is None:
            self._beside = self._loaded(trial)
            self._bot.beside = self._beside
            log.info("release %s is on trial: %s", trial.release, trial.mode)

    def _loaded(self, trial: Trial) -> "Shadow | Share":
        release, threads = self._releases.get(trial.release), self._settings.encoder_threads
        if trial.mode == "share":
            share = Share(self._bot.on(release, threads), trial)
            _require_answers(share.bot)
            return share
        shadow = Shadow(self._bot, release, trial, threads)
        _require_answers(shadow.bot)
        return shadow.start()

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            again = self._failed_at is not None and time.monotonic() - self._failed_at > AGAIN
            if again or self._releases.mark() != self._mark:
                self.refresh()
            elif self._freed:  # a moment later: the last answers of the old release are out
                self._freed = False
                trim_heap()


def _require_answers(bot: Bot) -> None:
    """Let a new bot answer in each language, filling its caches; raises ReleaseError if it breaks."""
    titles = next(iter(bot.desk.intents.values())).title
    for text in titles.values():
        if bot.try_out(text).decision.reason == FAILURE:
            raise ReleaseError(f"release {bot.release} breaks on {text!r}; see the log above")
