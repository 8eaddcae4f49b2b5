"""Messages on stdin, answers on stdout, one JSON object a line, in order.

    echo "where is my order HB-2048817" | python -m bot.ask
    echo '{"session": "a", "text": "订单到哪了"}' | python -m bot.ask

A line is a message or a JSON object with `text` and, if it belongs to a conversation, `session`; plain lines
belong to one conversation each. While a person has a conversation `reply` is empty and `owner` is "person".
A line that can't be taken is answered with `{"error": …}` in its place.
"""

import argparse
import json
import sys
from io import TextIOWrapper
from typing import Any, BinaryIO, TextIO

from bot.doors import Message, new_session, open_bot
from bot.pipeline import Bot
from data.errors import FrontdeskError, MessageError
from data.settings import Settings


def answer_line(bot: Bot, line: str) -> dict[str, Any]:
    """Return the reply to one line of input, or what is wrong with the line."""
    try:
        message = Message.of_line(line, new_session())
        return bot.reply(message.session, message.text).as_reply()
    except MessageError as error:
        return {"error": str(error)}


def answer_all(bot: Bot, lines: BinaryIO, out: TextIO) -> None:
    """Answer each line of `lines`; bytes that are no UTF-8 are read as replacement characters."""
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        out.write(json.dumps(answer_line(bot, line), ensure_ascii=False) + "\n")
        out.flush()


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m bot.ask", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    try:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal's locale says
        bot = open_bot(Settings())
        answer_all(bot, sys.stdin.buffer, sys.stdout)
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {error}")
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(1)


if __name__ == "__main__":
    main()
