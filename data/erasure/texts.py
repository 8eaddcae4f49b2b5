"""Texts that customers had erased, as salted hashes: none of them comes back with a release.

A release shows the messages it learned from, so one that knows an erased text has to go. The live one can't
go at once: it is barred, the next night builds a release without that text, and then it goes like the others.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, String, cast, delete, func, insert, select, update

from data.desk import Desk
from data.erasure.forget import hashed, salt
from data.erasure.tables import ErasedText
from data.fold import fold
from data.night.tables import Taught
from data.release.releases import Releases
from data.tables import TurnRow

log = logging.getLogger(__name__)
AT_ONCE = 2000  # turns or texts read at once


@dataclass(frozen=True)
class Purged:
    """Releases that knew an erased text: those that went, and those that still serve and are barred."""

    removed: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()


def remember(db: Connection, key: bytes, texts: Sequence[tuple[int, str]]) -> None:
    """Keep the hashes of texts and the numbers their turns had, within the transaction that erases them."""
    if texts:
        db.execute(insert(ErasedText), [{"turn": turn, "hash": hashed(key, text)} for turn, text in texts])


def purge(engine: Engine, releases: Releases, desk: Desk, spare: Collection[str] = ()) -> Purged:
    """Remove every release that knows an erased text; bar the live one and those that `spare` names.

    Call it when a night has made its release live. What the desk's own history says, or another
    customer wrote, is no erased text. May be killed at any moment and called again.
    """
    with engine.connect() as db:
        if db.scalar(select(ErasedText.id).limit(1)) is None:
            return Purged()
    _sweep(engine)
    holding = holders(engine, releases, desk)
    removed = releases.remove([i for i in holding if i not in spare])
    barred = [i for i in holding if i not in removed]
    releases.bar(barred)
    if holding:
        _unquote_since(engine, holding)
        log.info("releases that know erased texts: %s went, %s wait for the next night", removed, barred)
    return Purged(tuple(removed), tuple(barred))


def holders(engine: Engine, releases: Releases, desk: Desk) -> dict[str, set[str]]:
    """Return which releases know erased texts, and which these are."""
    key = salt(engine)
    with engine.connect() as db:
        erased = set(db.scalars(select(ErasedText.hash)))
    seen: dict[str, bool] = {}

    def is_erased(text: str) -> bool:
        if text not in seen:
            seen[text] = hashed(key, text) in erased
        return seen[text]

    found = {i: set(filter(is_erased, releases.known_messages(i))) for i in releases.ids()}
    others = known_otherwise(engine, desk, set().union(*found.values()))
    return {i: texts - others for i, texts in found.items() if texts - others}


def known_otherwise(engine: Engine, desk: Desk, texts: Collection[str], but: str = "") -> set[str]:
    """Return those texts that the desk's own history has, too, or that other sessions than `but` taught."""
    wanted = {_plain(text): text for text in texts}
    if not wanted:
        return set()
    with engine.connect() as db:
        query = select(Taught.text).where(Taught.session != but).execution_options(yield_per=AT_ONCE)
        found = {wanted.get(_plain(text)) for text in db.scalars(query)}
    return (found | {wanted.get(_plain(text)) for text in _history(desk)}) - {None}  # type: ignore[return-value]


def unquote(engine: Engine, texts: Collection[str], after: int) -> int:
    """Take texts out of what other turns say of their nearest examples; return of how many turns.

    Those turns came after turn `after`: no message is known before it was written.
    """
    if not texts:
        return 0
    place = func.strpos if engine.dialect.name == "postgresql" else func.instr
    details = cast(TurnRow.details, String)
    plain = {_plain(text) for text in texts}
    changed = 0
    for first, last in _spans(engine, after):
        for text in texts:
            quoted = place(details, json.dumps(text)[1:-1]) > 0  # as data/database.py writes it
            turns = select(TurnRow.id, TurnRow.details).where(TurnRow.id.between(first, last), quoted)
            changed += _rewrite(engine, turns, lambda example: _plain(example) in plain)
    return changed


def _unquote_since(engine: Engine, holding: Collection[str]) -> None:
    """Take erased texts out of what turns quoted of releases that knew them, after they were erased."""
    key = salt(engine)
    with engine.connect() as db:
        erased = set(db.scalars(select(ErasedText.hash)))
        since = db.scalar(select(func.min(ErasedText.at)))
    for release in holding:
        query = select(TurnRow.id, TurnRow.details).where(TurnRow.release == release, TurnRow.at >= since)
        _rewrite(engine, query, lambda example: hashed(key, example) in erased)


def _rewrite(engine: Engine, query: Any, is_erased: Callable[[str], bool]) -> int:
    """Leave out erased examples of the turns that a query names; return of how many."""
    changed = 0
    reached = 0
    while True:
        page = query.where(TurnRow.id > reached).order_by(TurnRow.id).limit(AT_ONCE)
        with engine.connect() as db:
            rows = db.execute(page).all()
        if not rows:
            return changed
        reached = rows[-1].id
        for number, details in rows:
            examples = details.get("examples") or []
            left = [e for e in examples if not is_erased(e["text"])]
            if len(left) < len(examples):
                with engine.begin() as db:
                    values = {"details": {**details, "examples": left}}
                    changed += db.execute(update(TurnRow).where(TurnRow.id == number).values(values)).rowcount


def _sweep(engine: Engine) -> None:
    """Delete training rows of erased messages that were taken over while these were being erased."""
    mine = (ErasedText.turn == Taught.turn, ErasedText.at >= Taught.at)  # a number may have been given again
    with engine.begin() as db:
        db.execute(delete(Taught).where(select(ErasedText.id).where(*mine).exists()))


def _spans(engine: Engine, after: int) -> Iterator[tuple[int, int]]:
    with engine.connect() as db:
        last = db.scalar(select(func.max(TurnRow.id))) or 0
    return ((at, at + AT_ONCE - 1) for at in range(after + 1, last + 1, AT_ONCE))


def _history(desk: Desk) -> Iterator[str]:
    """Yield what a desk's own files teach, as far as they can be read."""
    for intent in desk.intents.values():
        yield from intent.title.values()
    for file in sorted(desk.folder.glob("dialogues/*.jsonl")):
        for line in file.read_bytes().splitlines():
            try:
                said = json.loads(line)["turns"]
                yield from (turn["text"] for turn in said if turn["speaker"] == "customer")
            except (ValueError, KeyError, TypeError):
                continue  # building a release says what is wrong with it


def _plain(text: str) -> str:
    return fold(text).casefold()
