"""Texts → unit vectors."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from data.fold import fold

BATCH = 32
WORTH_A_BATCH = 6  # tokens that take as long as starting another batch
LONGEST_WORD = 64  # characters; WordPiece takes time that grows faster than the square of a word
_WORD = r"[^\s!-/:-@\[-`{-~\u2010-\u2027\u3001-\u301f]"  # of Chinese: all between two marks
_TOO_LONG = re.compile(rf"({_WORD}{{{LONGEST_WORD}}})(?={_WORD})")
Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Whatever turns n texts into float32 unit vectors of shape (n, dim)."""

    @property
    def dim(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode messages: what is asked."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what is searched; some models want it marked as such."""
        ...


class OnnxEncoder:
    """An encoder folder (`encoder.onnx`, `tokenizer.json`) in onnxruntime."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads  # more threads than free cores spin and get slower
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            folder / "encoder.onnx", options, ["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._dim = int(self._session.get_outputs()[0].shape[1])

    @property
    def dim(self) -> int:
        return self._dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (n, dim); a text longer than 128 tokens counts up to there."""
        out = np.empty((len(texts), self._dim), np.float32)
        for part, tokens, mask in padded_batches(self._tokenizer, texts, BATCH):
            out[part] = self._session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]
        return out

    encode_passages = encode


def token_ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Return the token ids of each text; words longer than 64 characters are divided there."""
    return [e.ids for e in tokenizer.encode_batch([_TOO_LONG.sub(r"\1 ", t) for t in texts])]


def padded_batches(
    tokenizer: Tokenizer, texts: Sequence[str], size: int
) -> list[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]]:
    """Return the texts in batches of like length: their rows, token ids and mask, both (batch, tokens)."""
    ids = token_ids(tokenizer, [fold(t) for t in texts])
    parts: list[list[int]] = []
    for i in sorted(range(len(ids)), key=lambda i: len(ids[i])):
        padded = (len(ids[i]) - len(ids[parts[-1][-1]])) * len(parts[-1]) if parts else 0
        if not parts or len(parts[-1]) == size or padded > WORTH_A_BATCH:
            parts.append([])
        parts[-1].append(i)
    batches = []
    for part in parts:
        tokens = np.zeros((len(part), len(ids[part[-1]])), np.int64)
        mask = np.zeros_like(tokens)
        for row, i in enumerate(part):
            tokens[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        batches.append((part, tokens, mask))
    return batches
