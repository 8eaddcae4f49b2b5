"""Which tokens a Chinese student gets, and where their embedding rows start."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import rjieba
import torch
from numpy.typing import NDArray
from scipy import sparse
from tokenizers import Tokenizer

from retrieval.encoder import token_ids
from retrieval.wordpieces import HAN, SHARED
from training.parallel import Pair

LONGEST_WORD = 4
STRONGEST = 5  # English tokens that a row starts from


def tokens_to_add(texts: Iterable[str], base: Tokenizer, min_characters: int, min_words: int) -> list[str]:
    """Return the added tokens: characters and words seen that often, and the rows that the rest share.

    Chinese characters that the base has are added anew: it saw hardly any Chinese, its rows say nothing.
    """
    characters, words = Counter[str](), Counter[str]()
    for text in texts:
        characters.update(c for c in text if ord(c) > 127 and not c.isspace())
        for run in HAN.findall(text):
            words.update(w for w in rjieba.cut(run) if 1 < len(w) <= LONGEST_WORD)
    known = base.get_vocab()
    single = sorted(
        c for c, n in characters.items() if n >= min_characters and (HAN.match(c) or c not in known)
    )
    return [*single, *sorted(w for w, n in words.items() if n >= min_words), *SHARED]


def first_rows(
    pairs: Sequence[Pair],
    added: Sequence[str],
    tokenizers: tuple[Tokenizer, Tokenizer, Tokenizer],
    rows: torch.Tensor,
) -> torch.Tensor:
    """Return a start for each added token: the mean of the English rows that it goes with.

    By pointwise mutual information over the pairs (Church & Hanks 1990), for characters wherever they
    stand, for words where they are a token. A shared row starts from noise of the table's mean and spread:
    it can at least tell one rare character from another. `tokenizers`: the base's, the student's with words,
    the student's without.
    """
    base, with_words, without = tokenizers
    size, new = base.get_vocab_size(), len(added)
    english = _occurrences([set(ids[1:-1]) for ids in token_ids(base, [p.english for p in pairs])], size)
    start = rows.mean(0, keepdim=True).repeat(new, 1)
    noise = torch.randn(len(SHARED), rows.shape[1], generator=torch.Generator().manual_seed(0))
    start[-len(SHARED) :] += noise * rows.std(0)
    chinese = [p.chinese for p in pairs]
    for tokenizer, words in ((without, False), (with_words, True)):
        own = [{i - size for i in ids if i >= size} for ids in token_ids(tokenizer, chinese)]
        mine = [n for n, token in enumerate(added[: -len(SHARED)]) if (len(token) > 1) == words]
        _start_from_english(start, mine, _occurrences(own, new), english, rows)
    return start


def _start_from_english(
    start: torch.Tensor,
    which: list[int],
    chinese: sparse.csr_matrix,
    english: sparse.csr_matrix,
    rows: torch.Tensor,
) -> None:
    together = (chinese.T @ english).tocsr()
    chinese_n, english_n = (np.asarray(m.sum(0)).ravel() for m in (chinese, english))
    for token in which:
        ids, n = together[token].indices, together[token].data
        if not len(ids):
            continue
        pmi = np.log(n * chinese.shape[0] / (chinese_n[token] * english_n[ids])) * (n >= 2)
        score = np.maximum(pmi, 0) * n / (n + 5)  # what was seen together only a few times counts less
        best = np.argsort(-score)[:STRONGEST]
        if score[best].sum() > 0:
            weight = torch.tensor(score[best] / score[best].sum(), dtype=rows.dtype)
            start[token] = (weight[:, None] * rows[torch.tensor(ids[best].astype(np.int64))]).sum(0)


def _occurrences(sets: list[set[int]], width: int) -> sparse.csr_matrix:
    counts = np.array([len(s) for s in sets])
    columns: NDArray[np.int64] = np.array([i for s in sets for i in s], dtype=np.int64)
    cells = (np.ones(len(columns), np.float32), (np.repeat(np.arange(len(sets)), counts), columns))
    return sparse.csr_matrix(cells, shape=(len(sets), width))
