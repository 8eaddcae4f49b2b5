"""`python -m training.benchmark`: see `training.benchmark` for what there is."""

import sys

from data.errors import FrontdeskError
from training.benchmark import command, learning, mining, public


def main(arguments: list[str]) -> None:
    try:
        if arguments[:1] == ["public"]:
            public.run(arguments[1:])
        elif arguments[:1] == ["learning"]:
            learning.run(arguments[1:])
        elif arguments[:1] == ["mining"]:
            mining.run(arguments[1:])
        else:
            command.run(arguments)
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {' '.join(str(error).split())}")  # what a library says may have lines


if __name__ == "__main__":
    main(sys.argv[1:])
