"""Fine-tune the bundled encoder on labelled messages: its layers and a cosine head learn together.

The head starts from the mean vector of each label, so that the first steps do not tear the encoder apart;
loss is cross entropy with smoothed labels, beside supervised contrast (Khosla et al. 2020,
https://arxiv.org/abs/2004.11362). Embedding rows stay: the words of a few hundred messages would move away
from all others. What is kept is low-rank changes of the layers, as `build_encoder` takes them.
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

from retrieval.bundled_encoder import (
    CHINESE,
    added_tokens,
    base_model_folder,
    bilingual_weights,
)  # fmt: skip
from retrieval.fold import fold
from retrieval.torch_encoder import bert
from retrieval.wordpieces import open_tokenizer
from training.low_rank import low_rank
from training.sentence_vectors import Ids, encode_all, token_ids, vectors

log = logging.getLogger("fine_tune")
MAX_TOKENS = 64
Progress = Callable[[float], None]


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
    contrast: float = 0.0
    average: float = 0.0  # of the weights over the steps (exponential moving average); 0 keeps the last
    dropout: float = 0.1
    rank: int = 32
    seed: int = 20


def fine_tune(
    texts: Sequence[str],
    labels: Sequence[int],
    out: Path,
    recipe: Recipe | None = None,
    progress: Progress = lambda share: None,
) -> None:
    """Write the changes that fine-tuning makes to the bundled encoder into the file `out`.

    `labels` are numbers from 0 without gaps. Memory grows linearly with the texts.
    """
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    before = bilingual_weights(base_model_folder(), [CHINESE / "delta.safetensors"])
    model = bert(before)
    model.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))  # type: ignore[arg-type]
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
    tokenizer = open_tokenizer(base_model_folder(), added_tokens(), MAX_TOKENS)
    ids = token_ids(tokenizer, [fold(t) for t in texts])
    train(model, ids, np.asarray(labels), recipe, progress)
    layers = {n: p for n, p in model.named_parameters() if not n.startswith("embeddings")}
    after = {name: p.detach().float().cpu().numpy() for name, p in layers.items()}
    save_file(low_rank(before, after, recipe.rank), out)


def train(model: BertModel, ids: Ids, labels: np.ndarray, recipe: Recipe, progress: Progress) -> torch.Tensor:  # type: ignore[type-arg]
    """Run the recipe on `model` in place; return the head's unit vectors, shape (labels, dim)."""
    device, goals = model.device, torch.as_tensor(labels, device=model.device)
    head = nn.Parameter(_means(encode_all(model.eval(), ids), labels).to(device))
    for p in model.embeddings.parameters():
        p.requires_grad = False
    optimizer = torch.optim.AdamW(_groups(model, head, recipe), weight_decay=0.01, fused=True)
    plan = [
        chosen
        for epoch in range(recipe.epochs)
        for chosen in _batches([len(i) for i in ids], recipe.batch, random.Random(recipe.seed + epoch))
    ]
    warm = max(1, int(len(plan) * recipe.warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.0, (len(plan) - s) / max(1, len(plan) - warm)))
    )
    learning = [p for p in model.parameters() if p.requires_grad]
    mean = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.average)
    ) if recipe.average else None  # fmt: skip
    for number, chosen in enumerate(plan, 1):
        model.train()
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            said = vectors(model, [ids[i] for i in chosen])
        loss = loss_of(said, head, goals[chosen], recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        schedule.step()
        if mean is not None:
            mean.update_parameters(model)
        progress(number / len(plan))
        if number % 100 == 0:
            log.info("step %d/%d loss %.4f", number, len(plan), float(loss.detach()))
    if mean is not None:
        model.load_state_dict(mean.module.state_dict())
    model.eval()
    return F.normalize(head.detach(), dim=-1)


def loss_of(said: torch.Tensor, head: torch.Tensor, goals: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Return the loss of a batch: `said` (n, dim) unit vectors, `head` (labels, dim), `goals` (n,)."""
    logits = recipe.scale * said @ F.normalize(head, dim=-1).T
    loss = F.cross_entropy(logits, goals, label_smoothing=recipe.smoothing)
    if recipe.contrast:
        near = said @ said.T / 0.1
        own = torch.eye(len(said), dtype=torch.bool, device=said.device)
        near = near.masked_fill(own, -1e4)
        same = (goals[:, None] == goals[None]) & ~own
        log_share = near - near.logsumexp(1, keepdim=True)
        paired = same.any(1)
        if paired.any():
            mean = (log_share * same).sum(1)[paired] / same.sum(1)[paired]
            loss = loss - recipe.contrast * mean.mean()
    return loss


def _means(said: torch.Tensor, labels: np.ndarray) -> torch.Tensor:  # type: ignore[type-arg]
    sums = torch.zeros(int(labels.max()) + 1, said.shape[1])
    sums.index_add_(0, torch.as_tensor(labels), said)
    return F.normalize(sums, dim=-1)


def _groups(model: BertModel, head: nn.Parameter, recipe: Recipe) -> list[dict[str, object]]:
    layers = list(model.encoder.layer)
    groups: list[dict[str, object]] = [{"params": [head], "lr": recipe.head_rate, "weight_decay": 0.0}]
    for below, layer in enumerate(reversed(layers)):
        groups.append({"params": list(layer.parameters()), "lr": recipe.rate * recipe.decay**below})
    return groups


def _batches(lengths: list[int], size: int, rng: random.Random) -> list[list[int]]:
    """Return batches of rows of like length in random order."""
    rows = list(range(len(lengths)))
    rng.shuffle(rows)
    groups = []
    for at in range(0, len(rows), size * 20):
        pool = sorted(rows[at : at + size * 20], key=lambda i: lengths[i])
        groups += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(groups)
    return groups
