"""Learn from the day's reviews: a better release by morning, or nothing changes.

python -m training.nightly              from cron or a systemd timer; nobody needs to watch
python -m training.nightly --dry-run    trains and measures, and says what it would do

Exit code 0: a new release is live, or on trial; 3: the former one was kept, the report says why, or another
night was at work already; 1: the night failed, and the former one is live.
"""

import argparse
import json
import logging
import re
import sys
from datetime import UTC, datetime, timedelta

from data.errors import ConflictError, FrontdeskError
from data.quiet_pipe import quiet_pipe
from data.settings import Settings
from training.nightly.night import DRY, FAILED, IDLE, KEPT, Result, run_night
from training.nightly.options import Limits, Options
from training.progress_bar import progress_bar

BUSY = 3  # another night is at work: nothing that a timer should alarm anybody of
CODES = {KEPT: 3, IDLE: 3, DRY: 3, FAILED: 1}
UNITS = {"h": "hours", "m": "minutes", "s": "seconds"}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.nightly",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_options(parser)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        settings = Settings()
        with progress_bar("Night") as report:
            result = run_night(settings, _options(given, settings), report)
            report(1.0, result.outcome)
    except ConflictError as error:
        print(json.dumps({"outcome": "busy", "reasons": [str(error)]}, ensure_ascii=False, indent=1))
        sys.exit(BUSY)
    except (FrontdeskError, ValueError) as error:
        sys.exit(f"frontdesk: {error}")
    code = CODES.get(result.outcome, 0)
    with quiet_pipe(code):
        print(json.dumps(_said(result), ensure_ascii=False, indent=1))
    sys.exit(code)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--budget", type=_span, default="2h", help="time it may take, such as 90m (2h)")
    parser.add_argument(
        "--since", type=_moment, metavar="DAY",
        help="leave out older reviews that are not learned yet, such as 2026-11-01 (UTC)",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="change nothing, only report")
    parser.add_argument("--fresh", action="store_true", help="train even if no review is new")
    parser.add_argument(
        "--tune", action=argparse.BooleanOptionalAction, help="let the encoder learn, too (as the live one)"
    )
    parser.add_argument(
        "--trust", action="append", default=[], metavar="NAME", help="learn a user's reviews in any case"
    )
    parser.add_argument(
        "--trial", action="store_true", help="put the new release on trial beside the live one, unseen"
    )
    limits = Limits()
    parser.add_argument(
        "--min-out-of-scope", type=float, default=limits.out_of_scope_refused, metavar="SHARE",
        help="of out of scope messages that must be refused (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--newly-failing", type=int, default=limits.scripted, metavar="N",
        help="scripted conversations that may newly fail (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--significance", type=float, default=limits.significance, help="of McNemar's test (%(default)s)"
    )


def _options(given: argparse.Namespace, settings: Settings) -> Options:
    return Options(
        budget=given.budget,
        since=given.since,
        dry_run=given.dry_run,
        fresh=given.fresh,
        tune=given.tune,
        trust=tuple(given.trust),
        trial="shadow" if given.trial else "",
        limits=Limits(
            settings.max_wrong_answers, given.min_out_of_scope, given.significance, given.newly_failing
        ),
    )


def _said(result: Result) -> dict[str, object]:
    return {
        "night": result.night,
        "outcome": result.outcome,
        "release": result.release,
        "reasons": list(result.reasons),
        **result.measured,
        "report": str(result.folder / "report.html"),
    }


def _span(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([hms])", text)
    if not found or float(found[1]) <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no span of time; write 2h, 90m or 600s")
    return timedelta(**{UNITS[found[2]]: float(found[1])})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        example = "write a day, 2026-11-01, or a moment, 2026-11-01T18:00+08:00"
        raise argparse.ArgumentTypeError(f"{text!r} is no moment; {example}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
