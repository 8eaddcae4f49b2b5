"""One process at a time: the other is told who has it, a dead one's lease is taken over."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from data.errors import ConflictError
from data.night.lease import LASTS, leased
from data.night.tables import Lease
from data.tables import now

HOLD = """
import sys, time
from pathlib import Path
from data.database import open_database
from data.night.lease import leased
with leased(open_database(sys.argv[1], Path(sys.argv[2])), "night"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(engine: Engine, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease."""
    command = [sys.executable, "-c", HOLD, str(engine.url), str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_only_one_holds_it_and_the_other_is_told_who(engine: Engine, other: "subprocess.Popen[str]") -> None:
    with pytest.raises(ConflictError, match=f"night runs already: .*:{other.pid}:"), leased(engine, "night"):
        pass
    with leased(engine, "another"):
        pass


def test_a_killed_owner_is_followed_at_once(engine: Engine, other: "subprocess.Popen[str]") -> None:
    other.kill()
    other.wait()
    with leased(engine, "night") as held:
        held.renew()


def test_it_is_given_back_whatever_happened(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), leased(engine, "night"):
        _ = 1 / 0
    with leased(engine, "night"):
        pass


def test_who_lost_it_to_a_jumping_clock_may_not_go_on(engine: Engine) -> None:
    with leased(engine, "night") as held:
        with engine.begin() as db:  # as if hours had gone by
            db.execute(update(Lease).values(until=now() - timedelta(hours=3)))
        with leased(engine, "night") as later:
            with pytest.raises(ConflictError, match="taken over"), engine.begin() as db:
                held.require(db)
            later.renew()
    with engine.connect() as db:
        assert db.scalars(select(Lease.name)).all() == []


def test_a_renewed_one_lasts(engine: Engine) -> None:
    with leased(engine, "night") as held:
        with engine.begin() as db:
            db.execute(update(Lease).values(until=now() + timedelta(seconds=1)))
        held.renew()
        with engine.connect() as db:
            assert db.scalar(select(Lease.until)) > now() + LASTS / 2
