"""The conversation in a terminal.

python -m bot.chat          an empty line or Ctrl-D ends it
python -m bot.chat --why    says under each answer how it came about
"""

import argparse
import sys

from rich.console import Console

from bot.doors import new_session, open_bot
from bot.explain import WordEffect
from bot.pipeline import Bot
from bot.turn import Turn
from data.errors import FrontdeskError, MessageError
from data.settings import Settings

SILENT = "(kept for the colleague who has this conversation; they answer on the chat page)"


def show(console: Console, turn: Turn, words: tuple[WordEffect, ...] | None) -> None:
    if turn.reply:
        console.print(turn.reply, style="green", markup=False, highlight=False)
    else:
        console.print(SILENT, style="dim", markup=False, highlight=False)
    if turn.quick_replies:
        console.print("  ".join(f"[{q}]" for q in turn.quick_replies), style="cyan", markup=False)
    for passage in turn.passages:
        if passage.kind == "article":
            console.print(f"  · {passage.title}: {passage.text}", style="dim", markup=False)
    if words is not None:
        console.print(explanation(turn, words), style="yellow", markup=False, highlight=False)


def explanation(turn: Turn, words: tuple[WordEffect, ...]) -> str:
    """Return how the answer came about: route, intents against thresholds, words, nearest known messages."""
    found = turn.understanding
    ranked = ", ".join(f"{g.id} {g.confidence:.2f}" for g in found.intents[:3])
    lines = [
        f"  {turn.decision.route} ({turn.decision.reason}), {turn.language}, release {turn.release}, "
        f"{turn.ms:.0f} ms",
        f"  intents: {ranked}; acted on from {found.accept_at:.2f}",
        f"  in scope {found.in_scope:.2f}, refused below {found.refuse_below:.2f}; "
        f"mood {found.sentiment:+.2f}",
    ]
    lines += ["  words: " + ", ".join(f"{w.text} {w.effect:+.2f}" for w in words[:5])] if words else []
    lines += [
        f"  near: {e.similarity:.2f} {e.intent or 'out of scope'}: {e.text}" for e in found.examples[:3]
    ]
    lines += [f"  passage: {p.score:.2f} {p.id}" for p in turn.passages]
    return "\n".join(lines)


def converse(bot: Bot, console: Console, why: bool) -> None:
    session = new_session()
    while text := console.input("[bold]› [/bold]").strip():
        try:
            turn = bot.reply(session, text)
            show(console, turn, bot.words_that_mattered(turn) if why else None)
        except MessageError as error:
            console.print(str(error), style="red", markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--why", action="store_true", help="say under each answer how it came about")
    args = parser.parse_args()
    try:
        converse(open_bot(Settings()), Console(), args.why)
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {error}")
    except (EOFError, KeyboardInterrupt):
        print()


if __name__ == "__main__":
    main()
