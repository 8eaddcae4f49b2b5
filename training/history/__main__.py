"""`python -m training.history`: see `training.history` for what there is."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from data.errors import FrontdeskError
from data.quiet_pipe import quiet_pipe

COMMANDS = {  # name: the module whose `run` takes the arguments, and what it does
    "import": ("training.history.importing", "other systems' exports become a desk's dialogues"),
    "check": ("training.history.checking", "duplicates, leaks, suspect labels and balance of a desk"),
    "mine": ("training.history.mine.command", "dialogues without labels become a draft desk"),
    "accept": ("training.history.mine.accept_command", "what was approved of a draft becomes a desk"),
}


def main(arguments: Sequence[str]) -> None:
    if not arguments or arguments[0] not in COMMANDS:
        sys.exit(_usage(arguments))
    run: Callable[[Sequence[str]], None] = import_module(COMMANDS[arguments[0]][0]).run
    try:
        with quiet_pipe():
            run(arguments[1:])
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {' '.join(str(error).split())}")  # what a library says may have lines
    except KeyboardInterrupt:
        sys.exit("frontdesk: stopped; the same command goes on from here")


def _usage(arguments: Sequence[str]) -> str:
    asked_for_help = bool(arguments) and arguments[0] in ("-h", "--help")
    said = "" if asked_for_help or not arguments else f"frontdesk: there is no {arguments[0]!r}\n"
    known = "\n".join(f"  {name:8} {what}" for name, (_, what) in COMMANDS.items())
    return f"{said}usage: python -m training.history COMMAND …; COMMAND --help says more\n{known}"


if __name__ == "__main__":
    main(sys.argv[1:])
