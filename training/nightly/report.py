"""A night as JSON → one HTML file, to be read over the first coffee: what happened, and what it means.

Any part of the JSON may be missing where a night ended early; the page says so and shows the rest.
"""

from html import escape

from training.nightly.report_changes import changes, coverage
from training.nightly.report_charts import charts
from training.nightly.report_checks import checks
from training.nightly.report_costs import options, stages, weight
from training.nightly.report_figures import figures
from training.nightly.report_first import outcome
from training.nightly.report_intents import intents, scripted
from training.nightly.report_learned import authors, by_intent, left_out, suspects
from training.nightly.report_lines import too_few
from training.nightly.report_read import Row, clean
from training.nightly.report_style import STYLE
from training.nightly.report_table import missing
from training.report_html import html_page, picture

CAPTIONS = {
    "nights": "The release that each night made, measured. Hollow: it did not go live.",
    "curve": "Likeliest intent right when none, a quarter, half or all of what was taught is learned.",
    "calibration": "Whether confidence means what it says: on the line, 80 % sure is right in 80 %. "
    "The larger the point, the more messages.",
    "confusion": "Messages of one intent that are taken for another: wanted → taken for.",
    "coverage": "Where the logged questions go: the former release above, the one of this night below.",
}


def report_page(night: Row) -> str:
    """Return the page; every text is escaped, and the page may load and run nothing."""
    drawn = {name: picture(png, CAPTIONS[name]) for name, png in charts(night).items()}
    sections = [
        outcome(night),
        figures(night),
        _pictures(drawn, "nights", "curve"),
        missing(escape(few)) if (few := too_few(night)) else "",
        *_section(_customers(night), _beside(drawn.get("coverage"), coverage(night)), changes(night)),
        *_section("What was learned, and from whom", authors(night), by_intent(night), left_out(night)),
        *_section("Labels that look wrong", suspects(night)),
        *_section("The gate's checks", checks(night)),
        *_section("Intents", _pictures(drawn, "calibration", "confusion"), intents(night)),
        *_section("Scripted conversations", scripted(night)),
        *_section("Time and memory", stages(night), weight(night), options(night)),
    ]
    title = f"Night {clean(night.get('night'))} – Frontdesk"
    return html_page(title, "\n".join(part for part in sections if part), STYLE)


def _section(title: str, *parts: str) -> tuple[str, ...]:
    return (f"<h2>{title}</h2>", *parts)


def _customers(night: Row) -> str:
    return f"What {'changes' if night.get('outcome') == 'live' else 'would change'} for customers"


def _beside(drawn: str | None, table: str) -> str:
    return f'<div class="sides">{drawn}<div>{table}</div></div>' if drawn else table


def _pictures(drawn: dict[str, str], *names: str) -> str:
    found = "".join(drawn.get(name, "") for name in names)
    return f'<div class="pictures">{found}</div>' if found else ""
