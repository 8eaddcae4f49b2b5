"""The report is one file that shows everything, runs nothing and believes no text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from training.benchmark.benchmark import Benchmark
from training.benchmark.figures import MEANINGS
from training.benchmark.report import report
from training.benchmark.split import Message

PICTURES = {"risk_coverage.png": b"one", "confusion.png": b"two"}
EVIL = '<script>alert("1")</script><img src=x onerror=alert(2)>'


class Tags(HTMLParser):
    """Counts tags and collects addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)


def tags(page: str) -> Tags:
    found = Tags()
    found.feed(page)
    return found


@pytest.fixture
def evil(benchmark: Benchmark) -> Benchmark:
    """The same with markup wherever a text of the user's can be."""
    split = benchmark.split
    test = tuple(Message(f"{m.text}{EVIL}", m.intent and f"{m.intent}{EVIL}") for m in split.test)
    train = tuple(Message(m.text, m.intent and f"{m.intent}{EVIL}") for m in split.train)
    accepted = replace(
        benchmark.frontdesk.prediction,
        labels=tuple(f"{label}{EVIL}" for label in split.intents),
        accepted=split.truth < 2,
        refused=split.truth == 2,
        best=(split.truth + 1) % 3,
    )
    return Benchmark(
        replace(split, name=EVIL, language=EVIL, train=train, test=test),
        replace(benchmark.options, encoder=EVIL),
        (replace(benchmark.frontdesk, prediction=accepted), *benchmark.measured[1:]),
        (EVIL,),
    )


def test_every_figure_is_shown_and_explained(benchmark: Benchmark) -> None:
    page = report(benchmark, PICTURES)
    for name, meaning in MEANINGS.items():
        value = getattr(benchmark.frontdesk.figures, name)
        if name in ("mood_accuracy", "negative_recall"):  # this set has no moods
            assert value is None
            continue
        assert meaning.shown(value) in page, name
        assert meaning.text.replace("'", "&#x27;") in page, name
    assert "TF-IDF + linear SVM" in page


def test_no_text_is_believed(evil: Benchmark) -> None:
    page = report(evil, PICTURES)
    found = tags(page)
    assert "script" not in found.opened
    assert found.opened.count("img") == len(PICTURES)
    assert page.count("&lt;script&gt;") > 20


def test_nothing_is_loaded(evil: Benchmark) -> None:
    page = report(evil, PICTURES)
    assert all(address.startswith("data:image/png;base64,") for address in tags(page).addresses)
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import", page)


def test_tags_are_closed(evil: Benchmark) -> None:
    found = tags(report(evil, PICTURES))
    for tag in set(found.opened) - {"meta", "img"}:
        assert found.opened.count(tag) == found.closed.count(tag), tag


def test_what_went_wrong_is_listed(evil: Benchmark) -> None:
    page = report(evil, PICTURES)
    assert page.count("<td>track&lt;script") >= 1
    assert "写一首诗" in page  # out of scope, and acted on
    assert "… and " in page  # more examples than are listed


def test_mistakes_are_counted_and_cut(benchmark: Benchmark) -> None:
    split = benchmark.split
    test = split.test * 20
    inside = np.array([m.intent is not None for m in test])
    found = benchmark.frontdesk.prediction
    wrong = replace(
        found,
        best=np.tile(found.best, 20),
        confidence=np.tile(found.confidence, 20),
        in_scope=np.tile(found.in_scope, 20),
        refused=inside,
        accepted=~inside,
    )
    measured = replace(benchmark.frontdesk, prediction=wrong)
    page = report(Benchmark(replace(split, test=test), benchmark.options, (measured,)), {})
    rest = "These are the surest 20; predictions.csv holds all."
    assert f"{inside.sum()} of {inside.sum()} in-scope messages were refused. {rest}" in page
    assert f"{(~inside).sum()} of {(~inside).sum()} out-of-scope messages were acted on. {rest}" in page
    refused, acted_on = page.split("<h2>Wrongly refused</h2>")[1].split("<h2>Wrongly acted on</h2>")
    assert refused.count("<tr><td") == acted_on.count("<tr><td") == 20
    scores = [float(score) for score in re.findall(r'"n">([\d.]+) %', refused)]
    assert scores == sorted(scores)


def test_nothing_wrong_is_said_to_be_nothing(benchmark: Benchmark) -> None:
    split = benchmark.split
    inside = tuple(m for m in split.test if m.intent)
    best = replace(split, test=inside).truth
    flawless = replace(
        benchmark.frontdesk,
        prediction=replace(benchmark.frontdesk.prediction, best=best, accepted=best >= 0, refused=best < 0),
    )
    page = report(Benchmark(replace(split, test=inside), benchmark.options, (flawless,)), {})
    assert "None: no in-scope message was refused." in page
    assert "No message was taken for one of another intent." in page
    assert "The test holds no message that is out of scope." in page
