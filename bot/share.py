"""A release on trial that answers a share of the conversations."""

from bot.pipeline import Bot
from bot.turn import Turn
from data.log.conversations import State
from data.release.trial import Trial


class Share:
    """Says which conversations fall to the release on trial: always the same ones while the trial lasts."""

    def __init__(self, bot: Bot, trial: Trial) -> None:
        self.trial = trial
        self.bot = bot

    def side(self, session: str) -> Bot | None:
        return self.bot if self.trial.takes(session) else None

    def heard(self, turn: Turn, text: str, before: State) -> None:
        """What either side said is in the log; there is nothing more to note."""

    def close(self) -> None:
        """Nothing of it runs by itself."""
