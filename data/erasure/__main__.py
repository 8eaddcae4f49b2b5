"""Erases what a customer asks to have erased, down to the training rows; or shows it.

python -m data.erasure SESSION …                  erases these conversations and says what went
python -m data.erasure SESSION … --dry-run        says what would go
python -m data.erasure SESSION … --export FILE    writes what is kept of them to a JSON file, erases nothing
"""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from data.database import open_database
from data.erasure.erasure import Erasure, as_json
from data.errors import FrontdeskError
from data.settings import Settings


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m data.erasure", description="Erases conversations for good."
    )
    parser.add_argument("session", nargs="+", help="a conversation's id, as the console's address bar has it")
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    parser.add_argument("--export", type=Path, metavar="FILE", help="write what is kept, erase nothing")
    parser.add_argument(
        "--spare", action="append", default=[], metavar="RELEASE", help="stays until next night"
    )
    args = parser.parse_args(arguments)
    try:
        settings = Settings()
        engine = open_database(settings.url, settings.home)
        erasure = Erasure(engine, settings)
        if args.export:
            args.export.write_text(as_json([erasure.export(s) for s in args.session]), "utf-8")
            print(f"written to {args.export}; nothing was erased")
        missing = [] if args.export else [s for s in args.session if not _tell(erasure, s, args)]
        engine.dispose()
    except (FrontdeskError, OSError, ValueError) as error:
        sys.exit(f"frontdesk: {error}")
    if missing:
        sys.exit(1)


def _tell(erasure: Erasure, session: str, args: argparse.Namespace) -> bool:
    """Erase a conversation and print what went; return whether there was anything."""
    by = f"{getpass.getuser()} (command line)"
    gone = erasure.preview(session) if args.dry_run else erasure.erase(session, by, args.spare)
    print(json.dumps({"session": session, "dry_run": args.dry_run, **asdict(gone)}, ensure_ascii=False))
    if gone.nothing:
        before = erasure.erased_before(session)
        when = f"; {before.user} erased it on {before.at:%Y-%m-%d}" if before else ""
        print(f"nothing is kept of {session}{when}", file=sys.stderr)
    return not gone.nothing


if __name__ == "__main__":
    main()
