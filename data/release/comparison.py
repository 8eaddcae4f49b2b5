"""How the conversations of a release on trial went, beside those of the live one.

Counted are conversations, not turns: the turns of one customer are no independent trials. A conversation
is on the side that its session was drawn to; those that both releases answered, at the edges of the trial or
because the one on trial broke, are left out and counted. One figure is the primary one, whatever comes out:
of five figures at 5 % one would differ by chance in every fourth trial. The others are watched for harm,
each at 5 % divided by their number (Bonferroni).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, Integer, case, cast, func, select

from data.insight.daily import ANSWERS, HANDOFF
from data.release.proportions import ALPHA, Difference, Share, difference, needed
from data.release.trial import Trial
from data.tables import Conversation, Feedback, TurnRow

PRIMARY = "answered"
CONTENT = 4  # score from which a customer is content
LEAST = 30  # conversations of the live release, under which its share says little
Verdict = Literal["early", "better", "worse", "no_difference"]
# Of which conversations, which of them: by the bot alone, no thumb down, a good score, refused, handed off
FIGURES: dict[str, tuple[Callable[[Any], bool], Callable[[Any], bool]]] = {
    "answered": (lambda c: True, lambda c: bool(c.answered and not c.handed_off)),
    "handed_off": (lambda c: True, lambda c: bool(c.handed_off)),
    "refused": (lambda c: True, lambda c: bool(c.refused)),
    "thumbs_up": (lambda c: c.thumbs is not None, lambda c: not c.down),
    "content": (lambda c: c.csat is not None, lambda c: c.csat >= CONTENT),
}
MORE_IS_BETTER = {"answered", "thumbs_up", "content"}


@dataclass(frozen=True)
class Figure:
    """One share of both sides; `clear` says whether the difference is hardly one of chance."""

    name: str
    live: Share
    trial: Share
    difference: Difference | None
    clear: bool

    @property
    def better(self) -> bool | None:
        """Whether the release on trial does better; None where they are alike."""
        if self.difference is None or self.difference.value == 0:
            return None
        return (self.difference.value > 0) == (self.name in MORE_IS_BETTER)


@dataclass(frozen=True)
class Comparison:
    """Both sides of a trial by share."""

    live: int
    trial: int
    mixed: int
    needed: int  # conversations of the release on trial, to find the difference that the trial is for
    figures: tuple[Figure, ...]  # the primary one first

    @property
    def verdict(self) -> Verdict:
        """What the primary figure says, once there are as many conversations as were planned."""
        primary = self.figures[0]
        if self.trial < self.needed:
            return "early"
        if not primary.clear:
            return "no_difference"
        return "better" if primary.better else "worse"


def compare(engine: Engine, trial: Trial) -> Comparison:
    """Return how the conversations that began during a trial by share went on either side."""
    sides: dict[bool, list[Any]] = {False: [], True: []}
    mixed = 0
    with engine.connect() as db:
        for conversation in db.execute(_conversations(trial)):
            drawn = trial.draws(conversation.session)
            if conversation.tried == (conversation.turns if drawn else 0):
                sides[drawn].append(conversation)
            else:
                mixed += 1
    figures = tuple(_figure(name, sides[False], sides[True]) for name in FIGURES)
    live = figures[0].live
    usual = live.count / live.of if live.of >= LEAST else 0.5  # the share that needs the most
    return Comparison(
        live=len(sides[False]),
        trial=len(sides[True]),
        mixed=mixed,
        needed=needed(usual, trial.effect, (1 - trial.share) / trial.share),
        figures=figures,
    )


def _figure(name: str, live: list[Any], tried: list[Any]) -> Figure:
    belongs, holds = FIGURES[name]

    def share(conversations: list[Any]) -> Share:
        among = [c for c in conversations if belongs(c)]
        return Share(sum(map(holds, among)), len(among))

    now, was = share(tried), share(live)
    found = difference(now, was)
    limit = ALPHA if name == PRIMARY else ALPHA / (len(FIGURES) - 1)
    return Figure(name, was, now, found, found is not None and found.p < limit)


def _conversations(trial: Trial) -> Any:
    """Return the query of each conversation that began during the trial, a row each."""
    during = (
        TurnRow.at >= trial.since if trial.ended is None else TurnRow.at.between(trial.since, trial.ended)
    )

    def any_turn(condition: Any) -> Any:
        return func.max(case((condition, 1), else_=0))

    turns = (
        select(
            TurnRow.session, func.count().label("turns"),
            func.sum(case((TurnRow.release == trial.release, 1), else_=0)).label("tried"),
            any_turn(TurnRow.route == HANDOFF).label("handed_off"),
            any_turn(TurnRow.route.in_(ANSWERS)).label("answered"),
            any_turn(TurnRow.route == "refuse").label("refused"),
        )
        .where(during)
        .group_by(TurnRow.session)
        .having(func.min(TurnRow.number) == 1)
        .subquery()
    )  # fmt: skip
    thumbs = (
        select(
            Feedback.session, func.count().label("thumbs"),
            func.sum(1 - cast(Feedback.helpful, Integer)).label("down"),
        )
        .group_by(Feedback.session)
        .subquery()
    )  # fmt: skip
    return (
        select(turns, thumbs.c.thumbs, thumbs.c.down, Conversation.csat)
        .join(Conversation, Conversation.session == turns.c.session)
        .outerjoin(thumbs, thumbs.c.session == turns.c.session)
    )
