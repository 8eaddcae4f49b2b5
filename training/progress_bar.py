"""A progress bar on stderr for work that takes minutes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Report = Callable[[float, str], None]  # share done, what is being done


@contextmanager
def progress_bar(what: str) -> Iterator[Report]:
    """Give a function that takes the share done and what is being done; nothing shows before its first call.

    `what` stands before the bar.
    """
    bar = Progress(
        TextColumn(f"[bold]{what}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.description}"), TimeElapsedColumn(),
        console=Console(stderr=True), transient=False,
    )  # fmt: skip
    task: list[TaskID] = []

    def report(share: float, what: str) -> None:
        if not task:
            task.append(bar.add_task(what, total=1.0))
        bar.update(task[0], completed=share, description=what)

    with bar:
        yield report
