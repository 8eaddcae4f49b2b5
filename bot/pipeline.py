"""Bot: one customer message, from text to logged answer. `steps` is the table of contents."""

import logging
import re
import time
from collections.abc import Callable
from threading import Lock
from weakref import WeakValueDictionary

from sqlalchemy.exc import IntegrityError

from bot.answer import AnswerStep
from bot.classifier import Classifier
from bot.connectors import Orders, open_orders
from bot.entities import EntitiesStep
from bot.explain import WordEffect, word_effects
from bot.intent import IntentStep
from bot.language import LanguageStep
from bot.memory import MemoryStep, RememberStep
from bot.passages import PassagesStep
from bot.record import record
from bot.redaction import RedactionStep
from bot.route import RouteStep
from bot.turn import Decision, Memory, Turn
from data.conversations import Conversations
from data.desk import Desk, load_desk
from data.errors import MessageError
from data.releases import Release
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder
from retrieval.search import Retriever

log = logging.getLogger(__name__)
Step = Callable[[Turn], Turn]
SESSION = re.compile(r"[A-Za-z0-9._:-]{1,64}")
TRIES = 20  # for a turn that another process wrote at the same time


class _SessionLock:
    """A lock that goes away with its last holder."""

    def __init__(self) -> None:
        self.lock = Lock()


class Bot:
    """Answers messages with one release; safe to share between threads."""

    def __init__(
        self,
        desk: Desk,
        encoder: Encoder,
        classifier: Classifier,
        retriever: Retriever,
        orders: Orders,
        conversations: Conversations,
        release: str,
        max_message_chars: int = 4000,
        source: Release | None = None,
    ) -> None:
        self.desk = desk
        self.release = release
        self.conversations = conversations
        self.encoder = encoder
        self.retriever = retriever
        self._source = source
        self._max_chars = max_message_chars
        self._classifier = classifier
        self._orders = orders
        self._answer = AnswerStep(desk)
        self._read: tuple[Step, ...] = (LanguageStep(desk.languages), RedactionStep())
        self._understand: tuple[Step, ...] = (
            EntitiesStep(desk),
            IntentStep(classifier, encoder, desk),
            MemoryStep(desk),
            PassagesStep(retriever),
            RouteStep(desk, orders),
        )
        self._reply: tuple[Step, ...] = (self._answer, RememberStep(desk))
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
    ) -> "Bot":
        """Load everything from a release folder; what `like` has loaded from the same files is shared."""
        desk = load_desk(release.desk_folder)
        same = like if like and like._source and release.shares(like._source, "encoder") else None
        taught = like if like and like._source and release.shares(like._source, "classifier") else None
        return cls(
            desk=desk,
            encoder=same.encoder if same else open_encoder(release.encoder_folder, threads),
            classifier=taught._classifier if taught else Classifier.load(release.folder / "classifier"),
            retriever=Retriever.load(release.folder / "passages"),
            orders=open_orders(desk),
            conversations=conversations,
            release=release.id,
            max_message_chars=max_message_chars,
            source=release,
        )

    def on(self, release: Release, threads: int = 1) -> "Bot":
        """Return a bot on another release that goes on with the same conversations."""
        return Bot.of(release, self.conversations, self._max_chars, threads, self)

    def with_answers(self, desk: Desk, retriever: Retriever) -> "Bot":
        """Return a bot that understands the same and answers with other words, to be tried out."""
        return Bot(
            desk=desk,
            encoder=self.encoder,
            classifier=self._classifier,
            retriever=retriever,
            orders=self._orders,
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
        with self._locks_lock:
            lock = self._locks.setdefault(session, _SessionLock())
        with lock.lock:
            for attempt in range(1, TRIES + 1):
                turn = self._answer_once(session, text)
                try:
                    record(turn, self.conversations)
                    return turn
                except IntegrityError:  # another process answered this session meanwhile
                    if attempt == TRIES:
                        raise
        raise AssertionError("unreachable")

    def try_out(self, text: str) -> Turn:
        """Answer a message as the first of a conversation; nothing is read of conversations, or written.

        Raises MessageError when the text is none that can be kept.
        """
        text = _clean(text)
        return self._run(Turn(session="try-out", raw=text[: self._max_chars], release=self.release), text)

    def words_that_mattered(self, turn: Turn) -> tuple[WordEffect, ...]:
        """Return how much each word of an understood message spoke for its likeliest intent."""
        best = turn.understanding.best.id
        return word_effects(turn.text, best, self._classifier, self.encoder) if best else ()

    def _answer_once(self, session: str, text: str) -> Turn:
        state = self.conversations.state(session)
        turn = Turn(
            session=session,
            raw=text[: self._max_chars],
            number=state.turns + 1,
            owner=state.owner,
            memory=Memory.of(state.memory),
            release=self.release,
        )
        return self._run(turn, text)

    def _run(self, turn: Turn, text: str) -> Turn:
        started = time.perf_counter()
        steps = self.steps
        if len(text) > self._max_chars:
            turn.decision = Decision("refuse", "too_long")
            steps = self._read + self._reply
        try:
            for step in steps:
                turn = step(turn)
        except Exception:
            # The customer gets an honest sentence and a person; the row is still written, without the
            # text if it broke before masking.
            log.exception("session %s turn %d failed", turn.session, turn.number)
            turn.decision = Decision("handoff", "failure")
            turn.owner = "waiting"
            turn = self._answer.failed(turn)
        turn.ms = 1000 * (time.perf_counter() - started)
        return turn


def _clean(text: object) -> str:
    if not isinstance(text, str):
        raise MessageError(f"text must be a string, got {type(text).__name__}")
    text = text.encode("utf-8", "ignore").decode()  # halves of characters can be neither read nor kept
    if not text.strip():
        raise MessageError("text is empty; write a message")
    return text
