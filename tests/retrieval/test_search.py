"""The Retriever ranks as the brute-force fusion of cosine and BM25 does, and within its filters."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder import Vectors
from retrieval.keywords import KeywordIndex
from retrieval.passage import Passage
from retrieval.search import CANDIDATES, DENSE_SHARE, Retriever
from retrieval.vectors import VectorIndex

DIM = 16
WORDS = ["return", "order", "refund", "tent", "mattress", "courier", "invoice", "points", "voucher", "lamp"]
WORDS_ZH = ["退货", "订单", "退款", "帐篷", "床垫", "快递", "发票", "积分", "优惠券", "台灯"]
INTENTS = ["return_item", "track_order", "product_info", "get_invoice"]


class RandomEncoder:
    """An encoder that gives each text a direction of its own."""

    dim = DIM

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:8]) for t in texts]
        rows = np.array([np.random.default_rng(seed).normal(size=DIM) for seed in seeds], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def some_passages(n: int) -> list[Passage]:
    """Return passages of both kinds and languages, most of them in English articles."""
    chance = np.random.default_rng(7)
    found = []
    for i in range(n):
        language = "zh" if i % 5 == 0 else "en"
        vocabulary = WORDS_ZH if language == "zh" else WORDS
        found.append(
            Passage(
                id=f"p{i}",
                kind="template" if i % 4 == 0 else "article",
                language=language,
                title=str(chance.choice(vocabulary)),
                heading="",
                text=f"{' '.join(chance.choice(vocabulary, 6))}. {' '.join(chance.choice(vocabulary, 3))}.",
                intents=tuple({str(x) for x in chance.choice(INTENTS, 2)}),
            )
        )
    return found


PASSAGES = some_passages(240)
QUERIES = ["return my order", "a tent and a lamp", "退货怎么寄快递", "zeppelin"]
FILTERS = [
    {"language": "en"},
    {"language": "zh"},
    {"language": "en", "kind": None},
    {"language": "en", "kind": "template"},
    {"language": "en", "kind": None, "intents": ["return_item"]},
    {
        "language": "zh",
        "intents": ("get_invoice", "track_order"),
    },  # no set: its name would differ between workers
]


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    return Retriever.build(PASSAGES, RandomEncoder())


def vector(query: str) -> Vectors:
    return np.asarray(RandomEncoder().encode([query])[0])


def fits(passage: Passage, language: str, kind: str | None = "article", intents: object = None) -> bool:
    return (
        passage.language == language
        and kind in (None, passage.kind)
        and (intents is None or bool(set(passage.intents) & set(intents)))  # type: ignore[call-overload]
    )


def sentences(passage: Passage) -> list[str]:
    """Return each sentence of an article under its title; the made-up articles have no headings."""
    if passage.kind == "template":
        return []
    return [f"{passage.title}: {part.strip()}" for part in re.split(r"(?<=[.])", passage.text) if part]


def brute_force(query: str, k: int, **filters: object) -> list[tuple[str, float]]:
    texts = [f"{p.title}. {p.heading} {p.text}" for p in PASSAGES]
    lexical = KeywordIndex.of(texts).scores(query)
    rows = [i for i, p in enumerate(PASSAGES) if fits(p, **filters)]  # type: ignore[arg-type]
    parts = [(i, part) for i in rows for part in (texts[i], *sentences(PASSAGES[i]))]
    cosines = RandomEncoder().encode([part for _, part in parts]) @ vector(query)
    nearest: dict[int, float] = {}
    for cosine, (i, _) in sorted(zip(cosines, parts, strict=True), reverse=True)[:CANDIDATES]:
        nearest.setdefault(i, float(cosine))
    best = max(lexical[i] for i in rows)
    fused = {
        PASSAGES[i].id: DENSE_SHARE * max(nearest.get(i, 0), 0)
        + (1 - DENSE_SHARE) * (lexical[i] / best if best else 0)
        for i in rows
    }
    return sorted(fused.items(), key=lambda found: -found[1])[:k]


@pytest.mark.parametrize("k", [1, 3, 40])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("query", QUERIES)
def test_scores_are_those_of_the_brute_force(
    query: str, filters: dict[str, object], k: int, retriever: Retriever
) -> None:
    found = retriever.search(query, vector(query), k=k, **filters)  # type: ignore[arg-type]
    expected = brute_force(query, k, **filters)
    np.testing.assert_allclose([p.score for p in found], [score for _, score in expected], atol=1e-3)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_order_is_that_of_the_brute_force(filters: dict[str, object], retriever: Retriever) -> None:
    found = retriever.search(QUERIES[0], vector(QUERIES[0]), k=5, **filters)  # type: ignore[arg-type]
    assert [p.id for p in found] == [i for i, _ in brute_force(QUERIES[0], 5, **filters)]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_all_that_fits_is_found_and_nothing_else(filters: dict[str, object], retriever: Retriever) -> None:
    found = retriever.search(QUERIES[0], vector(QUERIES[0]), k=1000, **filters)  # type: ignore[arg-type]
    assert {p.id for p in found} == {p.id for p in PASSAGES if fits(p, **filters)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "filters",
    [{"language": "fr"}, {"language": "en", "intents": ["unheard_of"]}, {"language": "en", "intents": []},
     {"language": "en", "kind": "video"}],
    ids=str,
)  # fmt: skip
def test_nothing_fits(filters: dict[str, object], retriever: Retriever) -> None:
    assert retriever.search(QUERIES[0], vector(QUERIES[0]), **filters) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("query", QUERIES)
def test_scores_are_between_0_and_1_and_fall(query: str, retriever: Retriever) -> None:
    scores = [p.score for p in retriever.search(query, vector(query), "en", kind=None, k=1000)]
    assert scores[-1] >= 0
    assert scores[0] <= 1
    assert scores == sorted(scores, reverse=True)


def test_a_passage_is_the_answer_to_itself(retriever: Retriever) -> None:
    text = f"{PASSAGES[1].title}. {PASSAGES[1].heading} {PASSAGES[1].text}"
    best = retriever.search(text, vector(text), "en", kind=None, k=1)[0]
    assert best.id == "p1"
    assert best.score == pytest.approx(1, abs=1e-4)


def test_found_passages_are_whole(retriever: Retriever) -> None:
    (best,) = retriever.search(QUERIES[0], vector(QUERIES[0]), "en", k=1)
    original = next(p for p in PASSAGES if p.id == best.id)
    assert (best.title, best.text, best.intents) == (original.title, original.text, original.intents)


def test_length(retriever: Retriever) -> None:
    assert len(retriever) == len(PASSAGES)


@pytest.mark.parametrize("query", QUERIES)
def test_a_loaded_retriever_is_the_saved_one(query: str, retriever: Retriever, tmp_path: Path) -> None:
    retriever.save(tmp_path / "passages")
    loaded = Retriever.load(tmp_path / "passages")
    asked = vector(query)
    assert loaded.search(query, asked, "zh", kind=None, k=50) == retriever.search(
        query, asked, "zh", kind=None, k=50
    )


class CountingEncoder(RandomEncoder):
    """An encoder that keeps what it was asked to encode."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode_passages(texts)


def test_passages_that_stayed_are_not_encoded_again(retriever: Retriever) -> None:
    encoder, new = CountingEncoder(), replace(PASSAGES[3], id="new", text="a lamp that was not there")
    made = Retriever.build([new, *PASSAGES[100:]], encoder, retriever)
    assert encoder.asked == [f"{new.title}. {new.heading} {new.text}", f"{new.title}: {new.text}"]
    whole = Retriever.build([new, *PASSAGES[100:]], RandomEncoder())
    for query in QUERIES:
        found, expected = (r.search(query, vector(query), "en", kind=None, k=9) for r in (made, whole))
        assert found == expected


def test_an_index_of_known_passages_alone_needs_no_encoder(retriever: Retriever) -> None:
    encoder = CountingEncoder()
    assert len(Retriever.build(PASSAGES[:7], encoder, retriever)) == 7
    assert encoder.asked == []


def test_one_sentence_of_many_is_enough(retriever: Retriever) -> None:
    asked = sentences(PASSAGES[1])[1]
    best = retriever.search(asked, vector(asked), "en", k=1)[0]
    assert (best.id, best.score >= DENSE_SHARE - 0.01) == ("p1", True)


def test_an_index_of_an_earlier_version_has_one_vector_for_each_passage(tmp_path: Path) -> None:
    texts = [f"{p.title}. {p.heading} {p.text}" for p in PASSAGES]
    Retriever(
        PASSAGES, VectorIndex.of(RandomEncoder().encode(texts)), KeywordIndex.of(texts), [1] * len(PASSAGES)
    ).save(tmp_path)
    file = tmp_path / "passages.json"
    file.write_text(file.read_text("utf-8").replace(', "parts": 1', ""), "utf-8")
    older = Retriever.load(tmp_path)
    assert older.search(texts[1], vector(texts[1]), "en", k=1)[0].id == "p1"
    encoder = CountingEncoder()
    assert len(Retriever.build(PASSAGES[:2], encoder, older)) == 2
    assert encoder.asked == sentences(PASSAGES[1])  # p0 is a template
