"""The Retriever: FAISS and BM25 over a release's passages, fused and filtered.

A passage is as near as the nearest of its parts, which are the whole of it and each of its sentences under
its heading: one vector for a paragraph of several facts is near to none of them (MaxP of Dai & Callan 2019,
https://arxiv.org/abs/1905.09217).
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Encoder, Vectors
from retrieval.keywords import KeywordIndex
from retrieval.passage import Passage
from retrieval.vectors import VectorIndex

DENSE_SHARE = 0.85  # of the fused score; the rest is BM25
CANDIDATES = 200  # parts whose cosine counts
_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])(?![”’」』])")  # another rule needs another FORMAT


class Retriever:
    """Finds passages; immutable, safe to share between threads."""

    def __init__(
        self, passages: list[Passage], vectors: VectorIndex, keywords: KeywordIndex, parts: Sequence[int]
    ) -> None:
        self._passages = passages
        self._vectors = vectors
        self._keywords = keywords
        self._parts = parts  # how many vectors each passage has
        self._owner = np.repeat(np.arange(len(passages)), parts)
        self._languages = np.array([p.language for p in passages])
        self._kinds = np.array([p.kind for p in passages])
        self._of_intent: dict[str, set[int]] = {}
        for row, passage in enumerate(passages):
            for intent in passage.intents:
                self._of_intent.setdefault(intent, set()).add(row)

    @classmethod
    def build(cls, passages: list[Passage], encoder: Encoder, like: "Retriever | None" = None) -> "Retriever":
        """Index passages; those that stand in `like`, of the same encoder, are not encoded again."""
        parts = [_parts(p) for p in passages]
        texts = [text for of_one in parts for text in of_one]
        known = like._known_vectors() if like else {}
        new = list(dict.fromkeys(t for t in texts if t not in known))
        if new:
            known |= zip(new, encoder.encode_passages(new), strict=True)
        vectors = np.array([known[t] for t in texts], np.float32).reshape(len(texts), encoder.dim)
        keywords = KeywordIndex.of([whole for whole, *_ in parts])
        return cls(passages, VectorIndex.of(vectors), keywords, [len(of_one) for of_one in parts])

    @classmethod
    def load(cls, folder: Path) -> "Retriever":
        rows: list[dict[str, Any]] = json.loads((folder / "passages.json").read_text("utf-8"))
        parts = [row.pop("parts", 1) for row in rows]  # a release of an earlier version says nothing of it
        passages = [Passage(**{**row, "intents": tuple(row["intents"])}) for row in rows]
        return cls(
            passages,
            VectorIndex.load(folder / "passages.faiss"),
            KeywordIndex.load(folder / "keywords", len(passages)),
            parts,
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        rows = [asdict(p) | {"parts": n} for p, n in zip(self._passages, self._parts, strict=True)]
        (folder / "passages.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        self._vectors.save(folder / "passages.faiss")
        self._keywords.save(folder / "keywords")

    def _known_vectors(self) -> dict[str, Vectors]:
        texts = [t for p, n in zip(self._passages, self._parts, strict=True) for t in _parts(p)[:n]]
        return dict(zip(texts, self._vectors.vectors(), strict=True))

    @property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(self._passages)

    def __len__(self) -> int:
        return len(self._passages)

    def search(
        self,
        query: str,
        vector: Vectors,
        language: str,
        intents: Collection[str] | None = None,
        kind: str | None = "article",
        k: int = 3,
        ids: Collection[str] | None = None,
    ) -> list[Passage]:
        """Return the best `k` passages in `language`, best first, with scores between 0 and 1.

        `vector` is the query's, shape (dim,); `intents`, `kind` and `ids` restrict what is looked at.
        The score is a convex combination of cosine and BM25, the latter divided by its best value among the
        candidates (Bruch et al. 2022, https://arxiv.org/abs/2210.11934).
        """
        among = self._rows(language, intents, kind)
        if ids is not None:
            among = np.array([row for row in among if self._passages[row].id in ids], np.int64)
        if not len(among):
            return []
        kept = np.zeros(len(self._passages), bool)
        kept[among] = True
        parts = np.flatnonzero(kept[self._owner])
        dense, found = self._vectors.search(vector[None], min(CANDIDATES, len(parts)), parts)
        cosine = np.zeros(len(self._passages), np.float32)
        np.maximum.at(cosine, self._owner[found[0]], np.clip(dense[0], 0, 1))
        lexical = self._keywords.scores(query)[among]
        best = lexical.max(initial=0.0)
        fused = DENSE_SHARE * cosine[among] + (1 - DENSE_SHARE) * (lexical / best if best > 0 else lexical)
        order = np.argsort(-fused, kind="stable")[:k]
        return [replace(self._passages[among[i]], score=round(float(fused[i]), 4)) for i in order]

    def _rows(self, language: str, intents: Collection[str] | None, kind: str | None) -> NDArray[np.int64]:
        keep = self._languages == language
        if kind is not None:
            keep &= self._kinds == kind
        if intents is not None:
            rows: set[int] = set().union(*(self._of_intent.get(i, set()) for i in intents))
            only = np.zeros(len(keep), bool)
            only[list(rows)] = True
            keep &= only
        return np.flatnonzero(keep).astype(np.int64)


def _parts(passage: Passage) -> list[str]:
    """Return the texts that a passage is found by, the whole first; of an approved answer only that."""
    whole = f"{passage.title}. {passage.heading} {passage.text}"
    if passage.kind == "template":
        return [whole]
    under = passage.heading or passage.title
    return [whole, *(f"{under}: {sentence}" for sentence in _END.split(passage.text) if sentence)]
