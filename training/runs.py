"""List the training runs of the database, or show one.

python -m training.runs                          the latest ones, newest first
python -m training.runs 12                       all that is known of run 12
python -m training.runs --figure en/accuracy     a figure over time: its last value in each run
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from data.database import open_database
from data.errors import FrontdeskError
from data.night.runs import Point, Run, Runs
from data.quiet_pipe import quiet_pipe
from data.settings import Settings
from training.tracking import RUNS, flattened


def list_of(runs: Sequence[Run]) -> Table:
    """Return a table of runs, one a row."""
    table = _table("run", "kind", "desk", "started", "state", "seconds", "outcome")
    for run in runs:
        seconds = f"{((run.ended or run.seen) - run.started).total_seconds():.0f}"
        state = f"{run.state} ({run.error})" if run.error else run.state
        outcome = ", ".join(f"{n} {v}" for n, v in run.outcome.items() if n != "artifacts")
        table.add_row(
            str(run.id), run.kind, run.desk, f"{run.started:%Y-%m-%d %H:%M}", state, seconds, outcome
        )
    return table


def settings_of(run: Run) -> Table:
    """Return a table of what a run is about and was set to."""
    table = _table("setting", "value")
    about = {"run": run.id, "kind": run.kind, "state": run.state, "folder": f"{RUNS}/{run.name}"}
    times = {n: f"{v:%Y-%m-%d %H:%M:%S} UTC" for n in ("started", "seen", "ended") if (v := getattr(run, n))}
    for name, value in {**about, **times, **flattened(run.config), **flattened(run.outcome)}.items():
        table.add_row(name, str(value))
    return table


def figures_of(figures: dict[str, dict[int, float]]) -> Table:
    """Return a table of a run's figures: the first and last value of each, and how many there are."""
    table = _table("figure", "last", "first", "values")
    for name, values in figures.items():
        steps = list(values.values())
        first = f"{steps[0]:.4g}" if len(steps) > 1 else ""
        table.add_row(name, f"{steps[-1]:.4g}", first, str(len(steps)))
    return table


def over_time(figure: str, points: Sequence[Point]) -> Table:
    """Return a table of a figure's last value in each run."""
    table = _table("run", "started", figure)
    for point in points:
        table.add_row(str(point.run), f"{point.started:%Y-%m-%d %H:%M}", f"{point.value:.4g}")
    return table


def _asked_for(args: argparse.Namespace, runs: Runs) -> tuple[list[Table], Any]:
    """Return what the arguments ask for, as tables and for JSON."""
    if args.run is not None:
        run, figures = runs.get(args.run), runs.figures(args.run)
        return [settings_of(run), figures_of(figures)], {**run.as_json(), "figures": figures}
    if args.figure:
        points = runs.over_time(args.figure, args.kind, args.desk)
        found = [{"run": p.run, "started": p.started.isoformat(), "value": p.value} for p in points]
        return [over_time(args.figure, points)], found
    listed = runs.latest(args.most, args.kind, args.desk)
    return [list_of(listed)], [run.as_json() for run in listed]


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("run", type=int, nargs="?", help="the number of one run to show")
    parser.add_argument("--figure", metavar="NAME", help="show this figure over time")
    parser.add_argument("--kind", help="only runs of this kind: publish, night, tune …")
    parser.add_argument("--desk", help="only runs of the desk of this id")
    parser.add_argument("--most", type=int, default=20, help="how many to list (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    try:
        settings = Settings()
        engine = open_database(settings.url, settings.home)
        tables, found = _asked_for(args, Runs(engine))
        engine.dispose()
    except (FrontdeskError, ValueError) as error:
        sys.exit(f"frontdesk: {error}")
    with quiet_pipe():
        if args.json:
            print(json.dumps(found, indent=1))
        else:
            Console().print(*tables, sep="\n\n")


if __name__ == "__main__":
    main()
