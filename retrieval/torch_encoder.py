"""The bundled encoder in torch: for a GPU, and to compare with what onnxruntime says."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import BertConfig, BertModel

from retrieval.bundled_encoder import ROWS, WeightArrays, base_model_folder, bilingual_weights, changes_in
from retrieval.encoder import Vectors, padded_batches

BATCH = 256


class TorchEncoder:
    """An encoder folder as `OnnxEncoder` reads it, with float weights: bfloat16 on a GPU."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        base = base_model_folder()
        model = bert(base, bilingual_weights(base, changes_in(folder)))
        self._model = model.to(self._device, torch.bfloat16 if device != "cpu" else torch.float32)  # type: ignore[arg-type]

    @property
    def dim(self) -> int:
        return int(self._model.config.hidden_size)

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (n, dim); a text longer than 128 tokens counts up to there."""
        out = np.empty((len(texts), self.dim), np.float32)
        for part, tokens, mask in padded_batches(self._tokenizer, texts, BATCH):
            ids, keep = (torch.from_numpy(a).to(self._device) for a in (tokens, mask))
            hidden = self._model(input_ids=ids, attention_mask=keep).last_hidden_state
            out[part] = pooled(hidden.float(), keep).cpu().numpy()
        return out

    encode_passages = encode


def bert(base: Path, weights: WeightArrays) -> BertModel:
    """Return the network of the base model's folder with these weights, not training."""
    config = BertConfig.from_pretrained(base)
    config.vocab_size = len(weights[ROWS])
    model = BertModel(config, add_pooling_layer=False)
    missing, _ = model.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()}, strict=False)
    if missing:
        raise ValueError(f"weights missing: {missing}")
    model.train(False)
    return model


def pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the unit vectors, shape (n, dim), of token vectors (n, tokens, dim): their mean, normalised."""
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return F.normalize((hidden * weight).sum(1) / weight.sum(1), dim=-1)
