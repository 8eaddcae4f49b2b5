"""`python -m training.benchmark`: see `training.benchmark` for what there is."""

import sys

from data.errors import FrontdeskError
from data.quiet_pipe import quiet_pipe
from training.benchmark import command, learning, mining, public


def main(arguments: list[str]) -> None:
    try:
        with quiet_pipe():
            _run(arguments)
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {' '.join(str(error).split())}")  # what a library says may have lines


def _run(arguments: list[str]) -> None:
    if arguments[:1] == ["public"]:
        public.run(arguments[1:])
    elif arguments[:1] == ["learning"]:
        learning.run(arguments[1:])
    elif arguments[:1] == ["mining"]:
        mining.run(arguments[1:])
    else:
        command.run(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
