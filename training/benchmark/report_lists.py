"""What went wrong in a benchmark, message by message → HTML; every text of the set is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from training.benchmark.benchmark import Benchmark, described
from training.benchmark.mistakes import LISTED, Mistake
from training.report_html import table

PAIRS = 10  # confused pairs that are listed
EXAMPLES = 4  # messages that are listed of each


def pairs(benchmark: Benchmark) -> str:
    """Return the intents that are confused most, with some of their messages, or that none are."""
    rows = []
    for pair in benchmark.confused_pairs(PAIRS):
        more = len(pair.texts) - EXAMPLES
        texts = [*map(escape, pair.texts[:EXAMPLES]), *([f"… and {more} more"] if more > 0 else [])]
        rows.append(
            f'<tr><td class="n">{len(pair.texts)}</td><td>{escape(pair.truth)}</td>'
            f'<td class="taken">{escape(pair.predicted)}</td><td>{_said(texts)}</td></tr>'
        )
    if not rows:
        return "<p>No message was taken for one of another intent.</p>"
    return _listed(
        '<th class="n">Times</th><th>Truth</th><th class="taken">Taken for</th><th>Messages</th>', rows
    )


def refused(benchmark: Benchmark) -> str:
    """Return the in-scope messages that were refused, or that there are none."""
    if not benchmark.wrongly_refused:
        return "<p>None: no in-scope message was refused.</p>"
    rows = [
        f'<tr><td class="n">{100 * found.in_scope:.1f} %</td><td>{escape(found.truth or "")}</td>'
        f'<td class="taken">{escape(found.likeliest)}</td><td dir="auto">{escape(found.text)}</td></tr>'
        for found in benchmark.wrongly_refused[:LISTED]
    ]
    heads = '<th class="n">In-scope score</th><th>Truth</th><th class="taken">Likeliest</th><th>Message</th>'
    inside = described(benchmark.split)["test"]
    about = _counted(benchmark.wrongly_refused, inside, "in-scope messages were refused")
    return about + _listed(heads, rows)


def answered(benchmark: Benchmark) -> str:
    """Return the out-of-scope messages that were acted on, or that there are none."""
    outside = described(benchmark.split)["test_out_of_scope"]
    if not outside:
        return "<p>The test holds no message that is out of scope.</p>"
    if not benchmark.wrongly_acted_on:
        return "<p>None: every out-of-scope message was refused or asked about.</p>"
    rows = [
        f'<tr><td class="n">{100 * found.confidence:.0f} %</td>'
        f'<td class="taken">{escape(found.likeliest)}</td><td dir="auto">{escape(found.text)}</td></tr>'
        for found in benchmark.wrongly_acted_on[:LISTED]
    ]
    about = _counted(benchmark.wrongly_acted_on, outside, "out-of-scope messages were acted on")
    return about + _listed(
        '<th class="n">Confidence</th><th class="taken">Taken for</th><th>Message</th>', rows
    )


def _counted(mistakes: Sequence[Mistake], of: int, what: str) -> str:
    """Return how many there are and which of them are listed."""
    cut = f"These are the surest {LISTED}; predictions.csv holds all."
    listed = cut if len(mistakes) > LISTED else "The surest come first."
    return f'<p class="pale">{len(mistakes):,} of {of:,} {what}. {listed}</p>'


def _said(texts: Iterable[str]) -> str:
    return f'<ul class="said">{"".join(f"<li dir=auto>{text}</li>" for text in texts)}</ul>'


def _listed(head: str, rows: Iterable[str]) -> str:
    """Return a table whose messages, the last column, stand above the rest on a phone."""
    return table(head, rows, ' class="listed"')
