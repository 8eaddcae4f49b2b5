"""An understanding that the customer or the conversation has made certain."""

from dataclasses import replace

from bot.turn import Guess, Request, Understanding


def settled(found: Understanding, intent: str, text: str) -> Understanding:
    """Return an understanding in which `intent` is certain: the customer or the conversation said so."""
    others = tuple(g for g in found.intents if g.id != intent)
    return replace(
        found,
        intents=(Guess(intent, 1.0), *others),
        in_scope=1.0,
        requests=(Request(intent, 1.0, text, found.vector),),
    )
