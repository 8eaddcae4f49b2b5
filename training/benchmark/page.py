"""What was measured on the public sets → docs/benchmarks.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.benchmark.encoder_figures import ENCODER_MEANINGS
from training.benchmark.figures import MEANINGS, Meaning
from training.benchmark.measured import FRONTDESK, SYSTEMS
from training.benchmark.public_sets import ENCODER, SETS, PublicSet
from training.benchmark.published import PUBLISHED, SOURCES

Kept = Mapping[str, Any]  # see training.benchmark.kept
OLD, NONE = " †", "–"
EVERYWHERE = ("accuracy", "macro_f1")
OUT_OF_SCOPE = (
    "in_scope_accuracy", "in_scope_refused", "out_of_scope_recall", "matthews", "auroc", "recall_at_5",
    "accuracy_at_5",
)  # fmt: skip
CONFIDENCE = ("calibration_error", "risk_coverage_area", "wrong_answers", "coverage")
TIMES = ("fit_seconds", "median_ms")
COSTS = ("fit_seconds", "peak_memory_mb", "median_ms")
AT_MOST = "≤ "
OPENING = """\
# Benchmarks

Public sets of labelled messages, learned and measured by the code that trains a desk's classifier; nothing
was chosen by looking at a test. This page is written by

    python -m training.benchmark public --data FOLDER

from what it measures and keeps in the folder of the page's name, so that any part can be measured again
alone: some sets with `--only`, some systems with `--systems`. Anybody's own messages are measured by
`python -m training.benchmark --train FILE --test FILE`.

Rows in *italics* are published figures, taken from the papers named at the end, not measured here; – is what
a system or a paper does not say. Seconds with ≤ were measured while other work ran on the machine. Peers
learn from the same messages and refuse nothing: their largest probability serves as confidence and as
in-scope score.
"""


def page(kept: Sequence[Kept], code: str) -> str:
    """Return the page in Markdown; rows measured with other code than `code` are marked."""
    parts = [OPENING]
    for name, public_set in SETS.items():
        if rows := [k for k in kept if k["key"]["set"] == name]:
            parts.append(_set(name, public_set, rows, code))
    if rows := [k for k in kept if k["key"]["set"] == ENCODER]:
        parts.append(_encoder(rows, code))
    if not kept:
        return OPENING
    return "\n".join([*parts, _meanings(), _sources(), _measured_on(kept, code)])


def _set(name: str, public_set: PublicSet, rows: Sequence[Kept], code: str) -> str:
    about = rows[0]["about"]
    outside = about["test_out_of_scope"]
    columns = (*EVERYWHERE, *(OUT_OF_SCOPE if outside else ()), *CONFIDENCE, *COSTS)
    lines = [[_title(row, code), *_measured(columns, row)] for row in _ordered(rows)]
    for paper in (p for p in PUBLISHED if p.set == name):
        cells = _cells(columns, paper.figures, MEANINGS)
        lines.append([f"*{paper.system}, {paper.source}*", *(f"*{c}*" if c != NONE else c for c in cells)])
    heads = ["System", *(MEANINGS[column].title for column in columns)]
    notes = [f"{caution[0].upper()}{caution[1:]}." for caution in rows[0]["cautions"]]
    notes += _bases([row for row in _ordered(rows) if row["thresholds"]])
    return "\n".join([f"## {public_set.title}\n", _about(public_set, about), "", _table(heads, lines),
                      *(f"\n{note}" for note in notes), ""])  # fmt: skip


def _bases(rows: Sequence[Kept]) -> list[str]:
    """Return a sentence that says for which of Frontdesk's rows thresholds were fitted to what."""
    fitted: dict[str, list[str]] = {}
    for row in rows:
        fitted.setdefault(row["thresholds"]["basis"], []).append(_variant(row))
    said = "; ".join(f"{basis} ({', '.join(variants)})" for basis, variants in fitted.items())
    return [f"What Frontdesk's thresholds were fitted to: {said}."] if said else []


def _about(public_set: PublicSet, about: Kept) -> str:
    def part(name: str) -> str:
        outside = about[f"{name}_out_of_scope"]
        return f"{about[name]:,}" + (f" and {outside:,} out of scope" if outside else "")

    valid = f", {part('valid')} for thresholds" if about["valid"] else ""
    return (
        f"{public_set.about} {part('train')} messages to learn from{valid}, {part('test')} to measure with."
    )


def _encoder(rows: Sequence[Kept], code: str) -> str:
    lines = [[_title(row, code), *_cells(tuple(ENCODER_MEANINGS), row["figures"], ENCODER_MEANINGS)]
             for row in rows]  # fmt: skip
    heads = ["Encoder", *(meaning.title for meaning in ENCODER_MEANINGS.values())]
    about = "Cosine similarity of the vectors, without any training on these pairs."
    return "\n".join(["## The encoder\n", about, "", _table(heads, lines), ""])


def _ordered(rows: Sequence[Kept]) -> list[Kept]:
    return sorted(rows, key=lambda row: list(SYSTEMS).index(row["key"]["system"]))


def _title(row: Kept, code: str) -> str:
    title = _plain(str(row["title"]))
    if row["key"]["system"] == FRONTDESK:
        title = f"**{title}, {_variant(row)}**"
    return title + (OLD if row["key"]["code"] != code else "")


def _variant(row: Kept) -> str:
    """Return what sets one of Frontdesk's rows apart from the others."""
    settings = row["key"]["settings"]
    return f"{settings['recipe']} recipe" + (
        f", {_plain(settings['encoder'])}" if settings["encoder"] else ""
    )


def _measured(columns: Sequence[str], row: Kept) -> list[str]:
    """Return the row's cells, its times as upper bounds if other work ran meanwhile."""
    cells = _cells(columns, row["figures"], MEANINGS)
    if not row.get("busy"):
        return cells
    return [
        AT_MOST + cell if name in TIMES and cell != NONE else cell
        for name, cell in zip(columns, cells, strict=True)
    ]


def _cells(columns: Sequence[str], figures: Kept, meanings: Mapping[str, Meaning]) -> list[str]:
    return [meanings[column].shown(figures.get(column)) for column in columns]


def _meanings() -> str:
    shown = (*EVERYWHERE, *OUT_OF_SCOPE, *CONFIDENCE, *COSTS)
    lines = [f"- **{MEANINGS[name].title}**: {MEANINGS[name].text}" for name in shown]
    lines += [f"- **{meaning.title}**: {meaning.text}" for meaning in ENCODER_MEANINGS.values()]
    return "\n".join(["## What the columns say\n", *lines, ""])


def _sources() -> str:
    return "\n".join(["## Sources\n", *(f"- [{name}]({url})" for name, url in SOURCES.items()), ""])


def _measured_on(kept: Sequence[Kept], code: str) -> str:
    newest = max(kept, key=lambda row: str(row["date"]))
    on = ", ".join(f"{name} {value}" for name, value in newest["machine"].items())
    old = any(row["key"]["code"] != code for row in kept)
    return (
        f"Last measured on {newest['date']}: {on}; code {code}.\n"
        + ("\n† Measured with code before the present one.\n" if old else "")
    )  # fmt: skip


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    ruler = ["---", *("---:" for _ in heads[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ruler, *lines))


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("`", "'")
