"""Fine-tune the bundled encoder on labelled messages: its layers and a cosine head learn together.

The head starts from the mean vector of each label, so that the first steps do not tear the encoder apart;
the loss is cross entropy with smoothed labels. Lower layers learn more slowly (Howard & Ruder 2018,
https://arxiv.org/abs/1801.06146), embedding rows not at all: the words of a few thousand messages would move
away from all others. What is kept is low-rank changes of the layers, as `build_encoder` takes them.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F
from transformers import BertModel

from bot.features import plain
from retrieval.bundled_encoder import CHINESE, added_tokens, base_model_folder, bilingual_weights
from retrieval.encoder import Vectors
from retrieval.torch_encoder import bert
from retrieval.wordpieces import open_tokenizer
from training.examples import LabelledMessage
from training.low_rank import low_rank
from training.sentence_vectors import Ids, encode_all, token_ids, vectors
from training.steps import like_length_batches, rise_and_fall

log = logging.getLogger(__name__)
MAX_TOKENS = 64
CHUNK = 4096
POOL = 20  # batches that are sorted by length together


@dataclass(frozen=True)
class Recipe:
    epochs: int = 5
    batch: int = 32
    rate: float = 1e-4  # of the last layer
    decay: float = 0.9  # each layer below learns at this share of the rate above it
    head_rate: float = 1e-2
    warmup: float = 0.1
    scale: float = 20.0  # of the cosines between message and label
    smoothing: float = 0.1
    dropout: float = 0.1
    rank: int = 64
    seed: int = 20


def fine_tune(
    messages: Sequence[LabelledMessage],
    out: Path,
    recipe: Recipe | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, Vectors]:
    """Write into the file `out` what fine-tuning on the messages changes in the bundled encoder.

    Returns the head that has learned with it: of each label the weights, shape (dim,), that give its logit.
    A message with two labels counts half for each. Memory grows linearly with the messages; the same messages
    and seed give the same on the same machine.
    """
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    base = base_model_folder()
    before = bilingual_weights(base, [CHINESE / "delta.safetensors"])
    model = bert(base, before)
    model.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))  # type: ignore[arg-type]
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
    ids = token_ids(open_tokenizer(base, added_tokens(), MAX_TOKENS), [plain(m.text) for m in messages])
    goals = Goals(messages)
    head = train(model, ids, goals, recipe, progress)
    layers = {n: p for n, p in model.named_parameters() if not n.startswith("embeddings")}
    after = {name: p.detach().float().cpu().numpy() for name, p in layers.items()}
    save_file(low_rank(before, after, recipe.rank), out)
    return dict(zip(goals.labels, head, strict=True))


class Goals:
    """The share of each label in each message: a message with two labels counts half for each."""

    def __init__(self, messages: Sequence[LabelledMessage]) -> None:
        self._names = [m.labels or (m.label,) for m in messages]
        self.labels = sorted({name for names in self._names for name in names})
        self._column = {name: column for column, name in enumerate(self.labels)}

    def of(self, rows: Sequence[int]) -> torch.Tensor:
        """Return the shares of some messages, shape (rows, labels)."""
        shares = torch.zeros(len(rows), len(self._column))
        for at, row in enumerate(rows):
            for name in self._names[row]:
                shares[at, self._column[name]] = 1 / len(self._names[row])
        return shares

    def means(self, said: torch.Tensor) -> torch.Tensor:
        """Return each label's mean direction, shape (labels, dim), of the messages' vectors."""
        sums = torch.zeros(len(self._column), said.shape[1])
        for at in range(0, len(said), CHUNK):
            rows = range(at, min(at + CHUNK, len(said)))
            sums += self.of(rows).T @ said[at : at + CHUNK]
        return F.normalize(sums, dim=-1)


def train(
    model: BertModel, ids: Ids, goals: Goals, recipe: Recipe, progress: Callable[[float], None]
) -> Vectors:
    """Run the recipe on `model` in place; return each label's weights, shape (labels, dim)."""
    device = model.device
    head = nn.Parameter(goals.means(encode_all(model.train(False), ids)).to(device))
    for p in model.embeddings.parameters():
        p.requires_grad = False
    optimizer = torch.optim.AdamW(_groups(model, head, recipe), weight_decay=0.01, fused=True)
    lengths = [len(i) for i in ids]
    plan = [
        chosen
        for epoch in range(recipe.epochs)
        for chosen in like_length_batches(
            list(range(len(ids))), lengths, recipe.batch, POOL, random.Random(recipe.seed + epoch)
        )
    ]
    schedule = rise_and_fall(optimizer, len(plan), recipe.warmup)
    learning = [p for p in model.parameters() if p.requires_grad]
    for number, chosen in enumerate(plan, 1):
        model.train()
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            said = vectors(model, [ids[i] for i in chosen])
        logits = recipe.scale * said @ F.normalize(head, dim=-1).T
        loss = F.cross_entropy(logits, goals.of(chosen).to(device), label_smoothing=recipe.smoothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        schedule.step()
        progress(number / len(plan))
        if number % 100 == 0:
            log.info("step %d/%d loss %.4f", number, len(plan), float(loss.detach()))
    model.train(False)
    return np.asarray(recipe.scale * F.normalize(head.detach(), dim=-1).float().cpu().numpy(), np.float32)


def _groups(model: BertModel, head: nn.Parameter, recipe: Recipe) -> list[dict[str, object]]:
    groups: list[dict[str, object]] = [{"params": [head], "lr": recipe.head_rate, "weight_decay": 0.0}]
    for below, layer in enumerate(reversed(list(model.encoder.layer))):
        groups.append({"params": list(layer.parameters()), "lr": recipe.rate * recipe.decay**below})
    return groups
