"""Verdicts of the review queue, for other programs.

python -m data.review export                   one JSON object a line: what was said of each turn last
python -m data.review export --since 2026-05-01
"""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from data.database import open_database
from data.errors import FrontdeskError
from data.quiet_pipe import quiet_pipe
from data.review.examples import examples
from data.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m data.review", description="Verdicts of the review queue."
    )
    export = parser.add_subparsers(dest="what", required=True).add_parser(
        "export", help="print them as JSON lines"
    )
    export.add_argument(
        "--since", type=datetime.fromisoformat, help="only those given since, such as 2026-05-01"
    )
    arguments = parser.parse_args()
    since = arguments.since
    if since and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    try:
        settings = Settings()
        engine = open_database(settings.url, settings.home)
        with quiet_pipe():
            for example in examples(engine, since):
                print(json.dumps({**asdict(example), "at": example.at.isoformat()}, ensure_ascii=False))
        engine.dispose()
    except FrontdeskError as error:
        sys.exit(f"data.review: {error}")


if __name__ == "__main__":
    main()
