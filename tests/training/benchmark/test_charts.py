"""Pictures are drawn of every benchmark, whatever its labels are."""

import io
import warnings
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.font_manager import fontManager
from PIL import Image

from training.benchmark.benchmark import Benchmark
from training.benchmark.charts import charts
from training.benchmark.split import Message, Split
from training.chart_style import FONTS

NAMES = ("risk_coverage.png", "in_scope.png", "reliability.png", "confusion.png")


def _installed() -> set[str]:
    return set(FONTS) & {font.name for font in fontManager.ttflist}


def renamed(benchmark: Benchmark, names: dict[str | None, str | None]) -> Benchmark:
    def of(messages: tuple[Message, ...]) -> tuple[Message, ...]:
        return tuple(Message(m.text, names.get(m.intent, m.intent)) for m in messages)

    split = benchmark.split
    return replace(benchmark, split=Split(split.name, "zh", of(split.train), of(split.test)))


def test_pictures_are_pngs_with_ink(benchmark: Benchmark) -> None:
    found = charts(benchmark)
    assert tuple(found) == NAMES
    for name, png in found.items():
        picture = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
        assert min(picture.shape) > 400, name
        assert picture.min() < 100 < picture.mean(), name


@pytest.mark.parametrize(
    "label", ["退货申请", "costs $5 or $x_{1", "a\\frac{b", "🙂 happy", "<b>&amp;", "long " * 40, "שלום"]
)
def test_labels_may_be_anything(label: str, benchmark: Benchmark) -> None:
    assert len(charts(renamed(benchmark, {"invoice": label}))) == len(NAMES)


@pytest.mark.skipif(not _installed(), reason="no Chinese font is installed")
def test_chinese_labels_are_no_boxes(benchmark: Benchmark) -> None:
    """Characters of one width look different, where a box would stand for each of them."""
    pictures = [charts(renamed(benchmark, {"invoice": label}))["confusion.png"] for label in ("退货", "发票")]
    assert pictures[0] != pictures[1]


def test_a_test_without_out_of_scope_is_drawn(benchmark: Benchmark) -> None:
    inside = np.array([m.intent is not None for m in benchmark.split.test])
    split = replace(benchmark.split, test=tuple(m for m in benchmark.split.test if m.intent))
    measured = tuple(
        replace(
            m,
            prediction=replace(
                m.prediction,
                best=m.prediction.best[inside],
                confidence=m.prediction.confidence[inside],
                in_scope=m.prediction.in_scope[inside],
            ),
        )
        for m in benchmark.measured
    )
    assert len(charts(replace(benchmark, split=split, measured=measured))) == len(NAMES)


def test_drawing_leaves_no_style_behind(benchmark: Benchmark) -> None:
    before, filters = dict(matplotlib.rcParams), list(warnings.filters)
    charts(benchmark)
    assert dict(matplotlib.rcParams) == before
    assert list(warnings.filters) == filters
