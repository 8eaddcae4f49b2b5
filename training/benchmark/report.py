"""A benchmark and its pictures → one HTML file that needs nothing else."""

from collections.abc import Mapping
from html import escape

from training.benchmark.benchmark import Benchmark, described, machine
from training.benchmark.figures import MEANINGS
from training.benchmark.measured import SYSTEMS, Measured
from training.benchmark.report_lists import answered, pairs, refused
from training.report_html import html_page, picture, table

WIDE = ("risk_coverage.png", "confusion.png")
CAPTIONS = {
    "risk_coverage.png": "How many answers are wrong if only the surest share of the messages is answered. "
    "Lower is better; a message out of scope that is answered is wrong.",
    "in_scope.png": "How far the in-scope score keeps the two kinds of message apart. "
    "What lies left of the line is refused.",
    "reliability.png": "Whether confidence means what it says: on the line, 80 % sure is right in 80 %. "
    "The numbers count messages.",
    "confusion.png": "Which intents are taken for which, before anything is refused: right ones on the "
    "diagonal. Of many intents the twenty with the most errors.",
}


def report(benchmark: Benchmark, pictures: Mapping[str, bytes]) -> str:
    """Return the page; every text of the set is escaped, and the page may load and run nothing."""
    name = benchmark.split.name
    shown = "".join(picture(png, CAPTIONS[file], file in WIDE) for file, png in pictures.items())
    body = f"""<h1>{escape(name)}</h1>
{_summary(benchmark)}
{_top(benchmark.frontdesk)}
{_cautions(benchmark)}
<h2>All figures</h2>
{_figures(benchmark)}
<h2>Pictures</h2>
<div class="pictures">{shown}</div>
<h2>Most confused</h2>
{pairs(benchmark)}
<h2>Wrongly refused</h2>
{refused(benchmark)}
<h2>Wrongly acted on</h2>
{answered(benchmark)}
<h2>How it was measured</h2>
{_settings(benchmark)}"""
    return html_page(f"{name} – Frontdesk benchmark", body)


def _summary(benchmark: Benchmark) -> str:
    of = described(benchmark.split)
    outside = of["test_out_of_scope"]
    more = f" and {outside:,} out of scope" if outside else ", none out of scope"
    return (
        f'<p class="pale">{of["intents"]} intents, learned from {of["train"]:,} messages'
        f"{_and_outside(of['train_out_of_scope'])}; measured on {of['test']:,} in scope{more}.</p>"
    )


def _and_outside(count: int) -> str:
    return f" and {count:,} out of scope" if count else ""


def _top(measured: Measured) -> str:
    shown = ("accuracy", "out_of_scope_recall", "wrong_answers", "coverage", "median_ms")
    tiles = [
        f"<li><b>{MEANINGS[name].shown(value)}</b> {MEANINGS[name].title.lower()}</li>"
        for name in shown
        if (value := getattr(measured.figures, name)) is not None
    ]
    return f'<ul class="top">{"".join(tiles)}</ul>'


def _cautions(benchmark: Benchmark) -> str:
    lines = "".join(f"<p>{escape(line[0].upper() + line[1:])}.</p>" for line in benchmark.cautions)
    return f'<div class="cautions">{lines}</div>' if lines else ""


def _figures(benchmark: Benchmark) -> str:
    systems = benchmark.measured
    heads = "".join(f'<th class="n">{escape(SYSTEMS[m.system].title)}</th>' for m in systems)
    rows = []
    for name, meaning in MEANINGS.items():
        values = [getattr(m.figures, name) for m in systems]
        cells = "".join(
            f'<td class="n{" own" if m is benchmark.frontdesk else ""}">{meaning.shown(value)}</td>'
            for m, value in zip(systems, values, strict=True)
        )
        if any(value is not None for value in values):
            head = f'{escape(meaning.title)}<span class="pale">{escape(meaning.text)}</span>'
            rows.append(f"<tr><th>{head}</th>{cells}</tr>")
    return table(f"<th>Figure</th>{heads}", rows)


def _settings(benchmark: Benchmark) -> str:
    options, limits = benchmark.options, benchmark.frontdesk.thresholds
    assert limits is not None
    lines = (
        f"Recipe {options.recipe}, encoder {options.encoder or 'bundled'}, seed {options.seed}, at most "
        f"{100 * options.max_wrong:g} % wrong answers wanted, language {benchmark.split.language}.",
        f"Thresholds ({limits.basis}): refuse under an in-scope score of {limits.refuse_below:.3f}, act from "
        f"a confidence of {limits.accept_at:.3f}, temperature {limits.temperature:.3f}.",
        "Every system ran in a process of its own. Where several are compared, peers refuse nothing, "
        "and their largest probability serves as in-scope score.",
        ", ".join(f"{name} {value}" for name, value in machine().items()) + ".",
    )
    return "".join(f'<p class="pale">{escape(line)}</p>' for line in lines)
