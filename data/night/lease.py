"""A lease: one process does what only one may do at a time, on whatever machine; a dead one's runs out.

An owner renews it while it works. The clock may jump, so that a lease is taken from a living owner: whoever
is about to change what others see asks `require` first, within the transaction that changes it.
"""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from data.errors import ConflictError
from data.night.tables import Lease
from data.tables import now

log = logging.getLogger(__name__)
LASTS = timedelta(minutes=5)
RENEWED_EVERY = 60.0  # seconds


@dataclass(frozen=True)
class Held:
    """A lease that this process has."""

    engine: Engine
    name: str
    owner: str

    def require(self, db: Connection) -> None:
        """Keep the lease within a transaction; raises ConflictError where somebody else has it by now."""
        mine = update(Lease).where(Lease.name == self.name, Lease.owner == self.owner)
        if db.execute(mine.values(until=now() + LASTS)).rowcount == 0:
            raise ConflictError(f"{self.name} was taken over by another process; this one stops")

    def renew(self) -> None:
        with self.engine.begin() as db:
            self.require(db)


@contextmanager
def leased(engine: Engine, name: str) -> Iterator[Held]:
    """Hold a lease; raises ConflictError that names its owner where another process has it."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    _take(engine, name, owner)
    held, done = Held(engine, name, owner), Event()
    thread = Thread(target=_keep, args=(held, done), name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        done.set()
        thread.join()
        with engine.begin() as db:
            db.execute(delete(Lease).where(Lease.name == name, Lease.owner == owner))


def _take(engine: Engine, name: str, owner: str) -> None:
    with engine.connect() as db:
        found = db.execute(select(Lease.owner, Lease.until).where(Lease.name == name)).first()
    try:
        with engine.begin() as db:
            if found is None:
                db.execute(insert(Lease).values(name=name, owner=owner, until=now() + LASTS))
                return
            over = Lease.until < now()
            free = or_(over, Lease.owner == found.owner) if _dead(found.owner) else over
            taken = update(Lease).where(Lease.name == name, free).values(owner=owner, until=now() + LASTS)
            if db.execute(taken).rowcount:
                log.warning("took %s over from %s, which ended without giving it back", name, found.owner)
                return
    except IntegrityError:  # somebody else was quicker
        pass
    with engine.connect() as db:
        found = db.execute(select(Lease.owner, Lease.until).where(Lease.name == name)).first()
    who = f"{found.owner} has it until {found.until:%H:%M:%S} UTC unless it goes on" if found else "try again"
    raise ConflictError(f"{name} runs already: {who}")


def _dead(owner: str) -> bool:
    """Return whether an owner on this very machine is gone."""
    host, pid, _ = owner.split(":")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _keep(held: Held, done: Event) -> None:
    while not done.wait(RENEWED_EVERY):
        try:
            held.renew()
        except ConflictError as error:
            log.error("%s", error)
            return
        except SQLAlchemyError as error:  # the database may be back in a minute
            log.warning("%s could not be renewed: %s", held.name, error)
