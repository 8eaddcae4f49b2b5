"""What every door shares: a message as it comes in, checked, and the running bot behind it."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

from bot.pipeline import Bot
from data.conversations import Conversations
from data.database import open_database
from data.desk import fingerprint, load_desk
from data.errors import MessageError, ReleaseError
from data.releases import Releases
from data.settings import Settings
from retrieval.bundled_encoder import encoder_identity

log = logging.getLogger(__name__)
FIELDS = ("session", "text")


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

    A background thread looks at the pointer and loads a new release beside the old one; conversations go on
    over the change, since what they remember is in the database.
    """

    def __init__(self, settings: Settings, every: float = 5.0) -> None:
        self._settings = settings
        self._every = every
        self._bot = open_bot(settings)
        self._releases = Releases(settings.home, self._bot.desk.id)
        self._stop = Event()
        self._refreshing = Lock()
        Thread(target=self._watch, name="release-watch", daemon=True).start()

    def __call__(self) -> Bot:
        return self._bot

    def close(self) -> None:
        self._stop.set()

    def refresh(self) -> None:
        """Load the live release if it is another one; an unreadable one leaves the bot as it is."""
        with self._refreshing:
            try:
                release = self._releases.live()
                if release.id != self._bot.release:
                    self._bot = self._bot.on(release, self._settings.encoder_threads)
                    log.info("now answering with release %s", release.id)
            except Exception as error:  # whatever is wrong with it, customers keep their bot
                log.error("still answering with release %s: %s", self._bot.release, error)

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            self.refresh()
