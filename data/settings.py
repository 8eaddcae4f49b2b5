"""What an operator may set, read once from the environment (`FRONTDESK_…`)."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self

from platformdirs import user_data_path
from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)  # fmt: skip
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.errors import SettingsError
from data.plain_errors import came, wanted

PREFIX = "FRONTDESK_"
BUNDLED_DESK = Path(__file__).parent / "shop"
LEAST_DAYS = 7


class Settings(BaseSettings):
    """Each field is one environment variable: `home` is `FRONTDESK_HOME`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    home: Path = Field(user_data_path("frontdesk"), description="folder for everything written at run time")
    desk: Path = Field(BUNDLED_DESK, description="the desk to serve: a folder with desk.yaml")
    database_url: SecretStr | None = Field(None, description="SQLAlchemy URL; empty means SQLite in the home")
    host: str = Field("127.0.0.1", description="address the server listens on")
    port: int = Field(7860, ge=0, le=65535, description="port the server listens on")
    max_message_chars: int = Field(4000, ge=100, description="longer messages are refused politely")
    max_wrong_answers: float = Field(
        0.05, gt=0, lt=0.5, description="share of answers that may be wrong; thresholds are fitted to it"
    )
    encoder: str | None = Field(
        None, description="sentence-transformers model, a folder or a hub name; empty means the bundled one"
    )
    encoder_threads: int = Field(1, ge=1, description="CPU threads one encoding may use")

    keep_days: int = Field(
        365, ge=0, description="conversations untouched for so many days are forgotten; 0 keeps all"
    )
    keep_releases: int = Field(10, ge=2, description="releases kept, the live one and the one before anyway")

    wandb: Literal["", "offline", "online"] | None = Field(
        None, description="Weights & Biases: `offline` writes files, `online` sends; empty means not used"
    )
    alert_webhook: SecretStr | None = Field(
        None, description="URL that alerts are posted to as JSON; its `text` is what chat systems show"
    )
    alert_email: str | None = Field(None, description="address that alerts are mailed to, by `SMTP_URL`")
    smtp_url: SecretStr | None = Field(
        None, description="mail server: `smtp://` (STARTTLS) or `smtps://user:password@host:port`"
    )

    @field_validator("keep_days")
    @classmethod
    def _leave_time_to_count(cls, days: int) -> int:
        if 0 < days < LEAST_DAYS:  # the charts count a day until three days after its end
            raise ValueError(f"0, which keeps all, or at least {LEAST_DAYS}")
        return days

    @model_validator(mode="wrap")
    @classmethod
    def _say_plainly(cls, given: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Raise SettingsError naming each setting that is wrong, what came and what is wanted."""
        if unknown := [
            k for k in os.environ if k.upper().startswith(PREFIX) and k.upper() not in cls._known()
        ]:
            raise SettingsError(cls._unknown(sorted(unknown)))
        try:
            return read(given)
        except ValidationError as error:
            raise SettingsError("; ".join(map(cls._wrong, error.errors()))) from error

    @classmethod
    def _known(cls) -> list[str]:
        return sorted(PREFIX + name.upper() for name in cls.model_fields)

    @classmethod
    def _unknown(cls, names: list[str]) -> str:
        close = get_close_matches(names[0].lower().removeprefix(PREFIX.lower()), cls.model_fields, 1)
        meant = f" (did you mean {PREFIX}{close[0].upper()}?)" if close else ""
        are = f"{', '.join(names)} {'is no setting' if len(names) == 1 else 'are no settings'}"
        return f"{are}{meant}; known are {', '.join(cls._known())}"

    @classmethod
    def _wrong(cls, wrong: Any) -> str:
        field = cls.model_fields.get(str(wrong["loc"][0]))
        name = f"{PREFIX}{str(wrong['loc'][0]).upper()}"
        if field is None:
            return cls._unknown([name])
        value = "a secret" if "SecretStr" in str(field.annotation) else came(wrong)
        return f"{name} is {value}, wanted is {wanted(wrong)} ({field.description})"

    @property
    def url(self) -> str:
        """The database's URL, secrets included."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'frontdesk.sqlite3'}"
