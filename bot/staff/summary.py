"""What a person must know of a conversation at a glance: what is wanted, what is known, what was tried."""

from collections.abc import Sequence
from typing import Any

from bot.pipeline import Bot
from bot.wording import order_values, product_name
from data.tables import TurnRow

MISSES = ("refuse", "clarify", "search")  # routes of messages that were not understood
TRIED = 6  # turns told of
ASIDE = ("social", "human")  # kinds of intents that are no matter
# reasons of turns in which nothing of the shop is wanted
NO_MATTER = ("about_the_wait", "in_the_queue", "withdrawn", "crisis")
MOOD_OF = 3  # the latest turns, whose mood is shown


def summary(bot: Bot, turns: Sequence[TurnRow], memory: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a summary of a conversation; product names and the order's values in the reader's language."""
    known = _known(turns, memory)
    moods = [t.sentiment for t in turns[-MOOD_OF:]]
    spoken = language if language in bot.desk.languages else bot.desk.languages[0]
    return {
        "wants": _wants(bot, turns),
        "known": [{"type": k, "value": _shown(bot, k, v, spoken)} for k, v in known.items()],
        "order": _order(bot, known.get("order_number"), spoken),
        "mood": min(moods, default=0.0),
        "language": turns[-1].language if turns else "",
        "tried": [_tried(t) for t in turns if t.reply][-TRIED:],
        "misses": sum(t.route in MISSES for t in turns),
    }


def _wants(bot: Bot, turns: Sequence[TurnRow]) -> list[str]:
    """Return the matters of a conversation, the latest first."""
    wanted: dict[str, None] = {}
    for turn in reversed([t for t in turns if t.reason not in NO_MATTER]):
        for intent in _intents(turn):
            if intent in bot.desk.intents and bot.desk.intents[intent].kind not in ASIDE:
                wanted[intent] = None
    return list(wanted)


def _intents(turn: TurnRow) -> list[str]:
    requested = [r["id"] for r in turn.details.get("requests", ())]
    return [*([turn.intent] if turn.intent else []), *(r for r in requested if r != turn.intent)]


def _known(turns: Sequence[TurnRow], memory: dict[str, Any]) -> dict[str, str]:
    """Return what was named, the latest of each kind; what was said to a person is not in the memory."""
    known: dict[str, str] = dict(memory.get("slots", {}))
    for turn in turns:
        entities = turn.details.get("entities", ())
        known |= {e["type"]: e["value"] for e in entities if e["value"] != f"[{e['type']}]"}
    return known


def _shown(bot: Bot, kind: str, value: str, language: str) -> str:
    return product_name(value, bot.desk, language) if kind == "product" else value


def _order(bot: Bot, number: str | None, language: str) -> dict[str, str] | None:
    """Return an order's values as people write them, without their prefix; None where there is none."""
    order = bot.orders.find(number) if bot.orders and number else None
    if order is None:
        return None
    return {k.removeprefix("order."): v for k, v in order_values(order, bot.desk, language).items()}


def _tried(turn: TurnRow) -> dict[str, Any]:
    return {"number": turn.number, "intent": turn.intent, "route": turn.route, "reason": turn.reason}
