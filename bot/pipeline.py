"""Bot: one customer message, from text to logged answer. `steps` is the table of contents."""

import logging
import re
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict
from threading import Lock
from typing import Protocol
from weakref import WeakValueDictionary

from sqlalchemy.exc import IntegrityError

from bot.answer import AnswerStep
from bot.classifier import Classifier
from bot.connectors import Orders, open_orders
from bot.entities import EntitiesStep, ProductNames
from bot.explain import WordEffect, word_effects
from bot.handoff import SilenceStep
from bot.intent import IntentStep
from bot.language import LanguageStep
from bot.left_open import left_open_reply
from bot.memory import MemoryStep, RememberStep
from bot.passages import PassagesStep
from bot.reading import ReadingStep
from bot.record import record
from bot.redaction import RedactionStep
from bot.route import RouteStep
from bot.suggestions import Suggester, Suggestion
from bot.topic import TopicStep
from bot.turn import Decision, Memory, Turn
from data.desk import Desk, load_desk
from data.errors import MessageError
from data.log.conversations import Conversations, State
from data.release.release import Release
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder
from retrieval.search import Retriever

log = logging.getLogger(__name__)
Step = Callable[[Turn], Turn]
SESSION = re.compile(r"[A-Za-z0-9._:-]{1,64}")
TRIES = 20  # for a turn during which another process wrote one, or a person took the conversation
OF_THE_QUEUE = ("about_the_wait", "withdrawn")  # reasons of messages that ask for no answer
FAILURE = "failure"  # reason of a turn that a step broke on
RECENT = 6  # turns among which the last request is looked for


class _SessionLock:
    """A lock that goes away with its last holder."""

    def __init__(self) -> None:
        self.lock = Lock()


class Beside(Protocol):
    """Another release that is tried on the messages that a bot gets."""

    def side(self, session: str) -> "Bot | None":
        """Return the bot that answers a conversation instead, if one does."""

    def heard(self, turn: Turn, text: str, before: State) -> None:
        """Take notice of a turn that was written, its message unmasked, and what was known before it."""


class Bot:
    """Answers messages with one release; safe to share between threads."""

    def __init__(
        self,
        desk: Desk,
        encoder: Encoder,
        classifier: Classifier,
        retriever: Retriever,
        orders: Orders | None,
        conversations: Conversations,
        release: str,
        max_message_chars: int = 4000,
        source: Release | None = None,
    ) -> None:
        self.desk = desk
        self.release = release
        self.orders = orders if desk.has_order_system else None
        self.conversations = conversations
        self.encoder = encoder
        self.retriever = retriever
        self.beside: Beside | None = None  # a release on trial
        self._source = source
        self._max_chars = max_message_chars
        self.classifier = classifier
        self._answer = AnswerStep(desk)
        self._read: tuple[Step, ...] = (LanguageStep(desk.languages), RedactionStep(desk.slots))
        entities, reading, intent, passages = (
            EntitiesStep(desk),
            ReadingStep.of(desk, classifier.features),
            IntentStep(classifier, encoder, desk),
            PassagesStep(retriever, encoder, ProductNames(desk).find),
        )
        self._understand: tuple[Step, ...] = (
            entities,
            reading,
            intent,
            MemoryStep(desk),
            TopicStep(desk, retriever),
            passages,
            RouteStep(desk, self.orders),
        )
        self._reply: tuple[Step, ...] = (self._answer, RememberStep(desk))
        self._listen: tuple[Step, ...] = (entities, reading, intent)
        self._silence: tuple[Step, ...] = (SilenceStep(),)
        self._suggester = Suggester(desk, encoder, passages, self.orders, self._answer)
        self._locks: WeakValueDictionary[str, _SessionLock] = WeakValueDictionary()
        self._locks_lock = Lock()

    @classmethod
    def of(
        cls,
        release: Release,
        conversations: Conversations,
        max_message_chars: int = 4000,
        threads: int = 1,
        like: "Bot | None" = None,
        orders: Orders | None = None,
    ) -> "Bot":
        """Load everything from a release folder; what `like` has loaded from the same files is shared.

        `orders` takes the place of the order system that the desk names, if it names one.
        """
        desk = load_desk(release.desk_folder)
        same = like if like and like._source and release.shares(like._source, "encoder") else None
        taught = like if like and like._source and release.shares(like._source, "classifier") else None
        return cls(
            desk=desk,
            encoder=same.encoder if same else open_encoder(release.encoder_folder, threads),
            classifier=taught.classifier if taught else Classifier.load(release.folder / "classifier"),
            retriever=Retriever.load(release.folder / "passages"),
            orders=orders or open_orders(desk),
            conversations=conversations,
            release=release.id,
            max_message_chars=max_message_chars,
            source=release,
        )

    def on(self, release: Release, threads: int = 1, orders: Orders | None = None) -> "Bot":
        """Return a bot on another release that goes on with the same conversations."""
        return Bot.of(release, self.conversations, self._max_chars, threads, self, orders)

    def with_answers(self, desk: Desk, retriever: Retriever) -> "Bot":
        """Return a bot that understands the same and answers with other words, to be tried out."""
        return Bot(
            desk=desk,
            encoder=self.encoder,
            classifier=self.classifier,
            retriever=retriever,
            orders=self.orders,
            conversations=self.conversations,
            release=self.release,
            max_message_chars=self._max_chars,
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._read + self._understand + self._reply

    def reply(self, session: str, text: str) -> Turn:
        """Answer one message and write the turn before returning it.

        Raises MessageError when the session id or the text is none that can be kept. Turns of one session
        are answered one after the other.
        """
        if not isinstance(session, str) or not SESSION.fullmatch(session):
            raise MessageError(
                f"session must be 1 to 64 letters, digits or . _ : -, got {str(session)[:80]!r}"
            )
        text = _clean(text)
        with self._lock_of(session).lock:
            for attempt in range(1, TRIES + 1):
                before = self.conversations.state(session)
                turn = self._side(session, text, before)
                try:
                    record(turn, self.conversations)
                    break
                except IntegrityError:  # another process answered meanwhile, or a person took over
                    if attempt == TRIES:
                        raise
        if self.beside:
            self.beside.heard(turn, text, before)
        return turn

    def answer(self, session: str, text: str, before: State, wait: Callable[[], None] = lambda: None) -> Turn:
        """Answer a message of a conversation of which `before` is known; nothing is written.

        `wait` is called before each step: it returns when the step may be taken.
        """
        turn = Turn(
            session=session,
            raw=text[: self._max_chars],
            number=before.turns + 1,
            owner=before.owner,
            memory=Memory.of(deepcopy(before.memory)),
            release=self.release,
        )
        return self._run(turn, text, wait)

    def answer_left_open(self, session: str) -> None:
        """Answer, once, the message that a person left unanswered and gave back; see bot/left_open.py."""
        with self._lock_of(session).lock:
            row = self.conversations.left_open(session)
            if row is None:
                return
            state = self.conversations.state(session)
            turn = Turn(session, row.text, row.number, memory=Memory.of(state.memory), release=self.release)
            turn = self._run(turn, row.text)
            if text := left_open_reply(turn):
                memory = asdict(turn.memory) if text == turn.reply else state.memory
                self.conversations.answer_late(session, row.number, text, memory)

    def _lock_of(self, session: str) -> _SessionLock:
        with self._locks_lock:
            return self._locks.setdefault(session, _SessionLock())

    def try_out(self, text: str) -> Turn:
        """Answer a message as the first of a conversation; nothing is read of conversations, or written.

        Raises MessageError when the text is none that can be kept.
        """
        text = _clean(text)
        return self._run(Turn(session="try-out", raw=text[: self._max_chars], release=self.release), text)

    def words_that_mattered(self, turn: Turn) -> tuple[WordEffect, ...]:
        """Return how much each word of an understood message spoke for its likeliest intent."""
        return self.words_for(turn.read, turn.understanding.best.id)

    def suggestions(self, session: str) -> tuple[Suggestion, ...]:
        """Return what the bot would say to the customer's latest request, for a person to choose from."""
        state = self.conversations.state(session)
        memory = Memory.of(state.memory)
        for row in reversed(self.conversations.turns(session, since=state.turns - RECENT)):
            if row.reason not in OF_THE_QUEUE and (found := self._suggester(row, memory)):
                return found
        return ()

    def words_for(self, text: str, intent: str) -> tuple[WordEffect, ...]:
        """Return how much each word of a text speaks for an intent; nothing where this release lacks it."""
        known = intent in self.classifier.labels
        return word_effects(text, intent, self.classifier, self.encoder) if known else ()

    def _side(self, session: str, text: str, before: State) -> Turn:
        """Answer by the release that the conversation falls to; if the one on trial breaks, by this one."""
        other = self.beside.side(session) if self.beside else None
        if other:
            try:
                turn = other.answer(session, text, before)
                if turn.decision.reason != FAILURE:
                    return turn
            except Exception:
                log.exception("release %s failed on trial", other.release)
        return self.answer(session, text, before)

    def _run(self, turn: Turn, text: str, wait: Callable[[], None] = lambda: None) -> Turn:
        waited, started = 0.0, time.perf_counter()
        steps = self._steps_for(turn, too_long=len(text) > self._max_chars)
        try:
            for step in steps:
                paused = time.perf_counter()
                wait()
                waited += time.perf_counter() - paused
                turn = step(turn)
        except Exception:
            log.exception("session %s turn %d failed", turn.session, turn.number)
            turn = self._failed(turn)
        turn.ms = 1000 * (time.perf_counter() - started - waited)
        return turn

    def _steps_for(self, turn: Turn, too_long: bool) -> tuple[Step, ...]:
        if turn.owner == "person":
            return self._read + (() if too_long else self._listen) + self._silence
        if too_long:
            turn.decision = Decision("refuse", "too_long")
            return self._read + self._reply
        return self.steps

    def _failed(self, turn: Turn) -> Turn:
        """Return a turn that a step broke on: the customer gets an honest sentence and a person.

        The row is still written, without the text if it broke before masking. A person who has the
        conversation is not spoken over.
        """
        if turn.owner == "person":
            return self._silence[0](turn)
        turn.decision = Decision("handoff", FAILURE)
        turn.owner = "waiting"
        return self._answer.failed(turn)


def _clean(text: object) -> str:
    if not isinstance(text, str):
        raise MessageError(f"text must be a string, got {type(text).__name__}")
    text = text.encode("utf-8", "ignore").decode()  # halves of characters can be neither read nor kept
    if not text.strip():
        raise MessageError("text is empty; write a message")
    return text
