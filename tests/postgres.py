"""A real PostgreSQL server for the tests, in a folder of its own, gone when they end."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ACCOUNT = "postgres"  # whom Debian's package adds; the server refuses to run as root
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


@cache
def server_folder() -> Path | None:
    """Return the folder of the server's programs, None where PostgreSQL is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda f: int(f.parts[-3]))
    found = [str(debian[-1])] if debian else [f for f in (shutil.which("initdb"),) if f]
    return Path(found[0]).resolve().parent if found else None


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server on a free port; yield its URL without a database's name."""
    programs = server_folder()
    assert programs is not None, "PostgreSQL is not installed; `make test-setup` installs it as root"
    with tempfile.TemporaryDirectory(prefix="frontdesk-pg-") as name:
        folder = Path(name)
        as_user: tuple[str, ...] = ()
        if os.getuid() == 0:
            shutil.chown(folder, ACCOUNT)
            as_user = ("runuser", "-u", ACCOUNT, "--")
        data, port = folder / "data", _free_port()
        _run(
            *as_user, programs / "initdb", "-D", data, "-A", "trust", "-U", ACCOUNT, "-E", "UTF8", "--no-sync"
        )
        options = " ".join((f"-p {port}", f"-k {folder}", "-h 127.0.0.1", *(f"-c {o}" for o in QUICK)))
        control = (*as_user, programs / "pg_ctl", "-D", data, "-w")
        _run(*control, "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{ACCOUNT}@127.0.0.1:{port}"
        finally:
            _run(*control, "-m", "immediate", "stop")


def _run(*command: str | Path) -> None:
    # the server keeps its standard output open: nothing may wait for its end
    done = subprocess.run(
        [str(c) for c in command], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
