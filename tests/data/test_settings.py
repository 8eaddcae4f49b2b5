"""Settings come from the environment, once, and unknown ones are refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from data.errors import SettingsError
from data.settings import BUNDLED_DESK, Settings

ROOT = Path(__file__).parents[2]
URL = "postgresql://desk:hunter2@db.example/desk"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("desk", BUNDLED_DESK), ("database_url", None), ("host", "127.0.0.1"), ("port", 7860),
        ("max_message_chars", 4000), ("max_wrong_answers", 0.05), ("encoder_threads", 1), ("wandb", None),
    ],
)  # fmt: skip
def test_default(name: str, value: object) -> None:
    assert getattr(Settings(), name) == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("home", "/srv/frontdesk", Path("/srv/frontdesk")), ("desk", "/srv/desk", Path("/srv/desk")),
        ("host", "0.0.0.0", "0.0.0.0"), ("port", "80", 80), ("max_message_chars", "500", 500),
        ("max_wrong_answers", "0.1", 0.1), ("encoder_threads", "4", 4), ("wandb", "offline", "offline"),
        ("wandb", "", ""),
    ],
)  # fmt: skip
def test_read_from_the_environment(
    name: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"FRONTDESK_{name.upper()}", text)
    assert getattr(Settings(), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "-1"), ("port", "65536"), ("port", "http"), ("max_message_chars", "99"),
        ("max_wrong_answers", "0"), ("max_wrong_answers", "0.5"), ("encoder_threads", "0"),
        ("wandb", "on"), ("keep_days", "3"),
    ],
)  # fmt: skip
def test_out_of_range_is_refused(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"FRONTDESK_{name.upper()}", text)
    with pytest.raises(SettingsError, match=rf"^FRONTDESK_{name.upper()} is '{text}', wanted is [^\n]+$"):
        Settings()


@pytest.mark.parametrize("name", ["FRONTDESK_PROT", "frontdesk_langauge"])
def test_unknown_variable_is_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=rf"^{name} is no setting.*; known are [^\n]*FRONTDESK_PORT"):
        Settings()


def test_other_variables_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONT_DESK", "1")
    assert Settings().port == 7860


def test_unknown_argument_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"FRONTDESK_PROT is no setting \(did you mean FRONTDESK_PORT\?"):
        Settings(prot=1)  # type: ignore[call-arg]


def test_can_not_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("show", [repr, str])
def test_secrets_are_hidden(show: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", URL)
    assert "hunter2" not in show(Settings())


def test_the_database_gets_the_whole_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", URL)
    assert Settings().url == URL


def test_the_database_is_in_the_home_by_default(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).url == f"sqlite:///{tmp_path}/frontdesk.sqlite3"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


def test_a_wrong_setting_says_what_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_PORT", "http")
    wanted = r"^FRONTDESK_PORT is 'http', wanted is a valid integer \(port the server listens on\)$"
    with pytest.raises(SettingsError, match=wanted):
        Settings()


def test_several_wrong_settings_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_PORT", "http")
    monkeypatch.setenv("FRONTDESK_WANDB", "on")
    with pytest.raises(
        SettingsError, match=r"FRONTDESK_PORT .*; FRONTDESK_WANDB is 'on', wanted is one of ''"
    ):
        Settings()


@pytest.mark.parametrize(
    "command",
    [
        "app.py",
        "-m training.publish",
        "-m training.history check data/shop",
        "-m data.users list",
        "-m bot.ask",
    ],
)
def test_every_command_names_a_wrong_setting_in_one_line(command: str) -> None:
    environment = {**os.environ, "FRONTDESK_FOO": "1"}
    ended = subprocess.run(
        [sys.executable, *command.split()], cwd=ROOT, env=environment, text=True, capture_output=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    (line,) = (line for line in ended.stderr.splitlines() if line.strip())
    assert ": FRONTDESK_FOO is no setting; known are FRONTDESK_" in line
