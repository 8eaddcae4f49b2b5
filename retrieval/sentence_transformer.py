"""Any other sentence-transformers model in the bundled encoder's place."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.errors import EncoderError
from data.fold import fold
from retrieval.encoder import Vectors

PREFIXES = {  # part of a model's name: what it wants before a question and before a passage (model cards)
    "multilingual-e5": ("query: ", "passage: "),
    "e5-small": ("query: ", "passage: "),
    "e5-base": ("query: ", "passage: "),
    "e5-large": ("query: ", "passage: "),
    "bge-small-zh": ("为这个句子生成表示以用于检索相关文章：", ""),
    "bge-base-zh": ("为这个句子生成表示以用于检索相关文章：", ""),
    "bge-large-zh": ("为这个句子生成表示以用于检索相关文章：", ""),
}
PROBE = "Where is my parcel? 我的快递到哪了"
SAME = 0.99


class SentenceTransformerEncoder:
    """A model folder or hub name, loaded by sentence-transformers; on a GPU where there is one."""

    def __init__(self, model: str, threads: int = 1) -> None:
        """Raises EncoderError if the model can't be loaded or sentence-transformers is missing."""
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderError(
                f"the encoder {model!r} needs sentence-transformers: `pip install 'frontdesk[train]'`"
            ) from error
        if not torch.cuda.is_available():
            torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(model)
        except Exception as error:  # what it raises depends on what is missing
            raise EncoderError(
                f"the encoder {model!r} can't be loaded: {error}; FRONTDESK_ENCODER wants a folder or a hub "
                "name of a sentence-transformers model; leave it empty for the bundled one"
            ) from error
        self._name = model
        prompts = self._model.prompts or {}
        own = (prompts.get("query") or "", prompts.get("document") or prompts.get("passage") or "")
        named = (prefixes for part, prefixes in PREFIXES.items() if part in model.lower())
        self._query, self._passage = next(named, own)

    @property
    def dim(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of messages, shape (n, dim)."""
        return self._encode(texts, self._query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of passages, shape (n, dim)."""
        return self._encode(texts, self._passage)

    def _encode(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        vectors = self._model.encode(
            [prefix + fold(t) for t in texts], prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    def save(self, folder: Path) -> None:
        """Write which model this is, and a vector of it: the weights stay where they are."""
        kept = {"model": self._name, "probe": [round(float(x), 6) for x in self.encode([PROBE])[0]]}
        (folder / "model.json").write_text(json.dumps(kept), "utf-8")

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> "SentenceTransformerEncoder":
        """Return the model that a release was built with; raises EncoderError if it is another now."""
        kept = json.loads((folder / "model.json").read_text("utf-8"))
        encoder = cls(kept["model"], threads)
        vector = encoder.encode([PROBE])[0]
        if len(vector) != len(kept["probe"]) or float(vector @ np.array(kept["probe"])) < SAME:
            raise EncoderError(
                f"{kept['model']!r} gives other vectors than when {folder.parent.name} was built with it; "
                "bring the model back, or build a release: `python -m training.publish --fresh`"
            )
        return encoder
