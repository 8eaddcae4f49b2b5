"""The real app in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import httpx
import pytest

from data.settings import PREFIX

PROJECT = Path(__file__).resolve().parents[1]
START = 90.0  # seconds for the app to be ready
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Running:
    """The app as its visitors see it, and the process that can be killed."""

    address: str
    process: subprocess.Popen[bytes]

    @contextmanager
    def staff(self, name: str) -> Iterator[httpx.Client]:
        """Give a client signed in to the console."""
        with httpx.Client(base_url=self.address, timeout=30) as client:
            answer = client.post("/staff/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            client.headers["X-Frontdesk-Token"] = client.get("/staff/api/me").json()["token"]
            yield client


def home_of_its_own(home: Path, own: Path) -> Path:
    """Make `own` a home that shares the files of a finished release and nothing else: it may publish."""
    trials = shutil.ignore_patterns("trial")  # that other tests have had there
    shutil.copytree(home / "desks", own / "desks", copy_function=os.link, ignore=trials)
    pointer = own / "desks" / "shop" / "live"
    live = pointer.read_text("utf-8")
    pointer.unlink()
    pointer.write_text(live, "utf-8")
    return own


@contextmanager
def app_running(home: Path, log: Path, database: str | None = None) -> Iterator[Running]:
    """Run the app on a finished release's home, with a database of its own if one is named."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    env |= {"FRONTDESK_HOME": str(home), "FRONTDESK_HOST": "127.0.0.1", "FRONTDESK_PORT": str(port)}
    if database:
        env["FRONTDESK_DATABASE_URL"] = database
    with log.open("w") as output:
        app = subprocess.Popen([sys.executable, "app.py"], cwd=PROJECT, env=env, stdout=output, stderr=output)
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", app, log)
            yield Running(f"http://127.0.0.1:{port}", app)
        finally:
            app.terminate()
            try:
                app.wait(20)
            except subprocess.TimeoutExpired:
                app.kill()


def _wait_for(address: str, app: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and app.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the app did not get ready:\n{log.read_text()[-3000:]}")
