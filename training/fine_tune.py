"""Fine-tune the bundled encoder on labelled messages: its layers and a cosine head learn together.

The head starts from the mean vector of each label, so that the first steps do not tear the encoder apart;
the loss is cross entropy with smoothed labels. Lower layers learn more slowly (Howard & Ruder 2018,
https://arxiv.org/abs/1801.06146), embedding rows not at all: the words of a few thousand messages would move
away from all others. What is kept is low-rank changes of the layers, as `build_encoder` takes them.

Several processes (`training.process_group`) divide each batch; their mean gradient is that of the batch.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel
from transformers import BertModel

from bot.features import plain
from retrieval.bundled_encoder import (
    CHINESE,
    WeightArrays,
    added_tokens,
    base_model_folder,
    bilingual_weights,
    encoder_identity,
)
from retrieval.encoder import Vectors, token_ids
from retrieval.torch_encoder import bert
from retrieval.wordpieces import open_tokenizer
from training.examples import LabelledMessage
from training.low_rank import low_rank
from training.process_group import helped_by, rank, several, size
from training.recipe import COLD, Recipe
from training.sentence_vectors import Ids, encode_all, vectors
from training.steps import like_length_batches, rise_and_fall
from training.warm_start import BASE, Start

log = logging.getLogger(__name__)
MAX_TOKENS = 64
CHUNK = 4096
POOL = 20  # batches that are sorted by length together
LAST_LAYER = 1  # of the optimizer's groups
POINTS = 200  # of the curves of a run, at most about
Figures = Callable[[Mapping[str, float], int], None]  # by name, and the step they are of


def fine_tune(
    messages: Sequence[LabelledMessage],
    out: Path,
    recipe: Recipe = COLD,
    progress: Callable[[float], None] = lambda share: None,
    start: Start | None = None,
    figures: Figures = lambda values, step: None,
) -> dict[str, Vectors]:
    """Write into the file `out` what fine-tuning on the messages changes in the bundled encoder.

    Returns the head that has learned with it: of each label the weights, shape (dim,), that give its logit.
    A message with two labels counts half for each, and each message as much as it weighs. Memory grows
    linearly with the messages; the same messages and seed give the same on the same machine. With a `start`
    it goes on from there, and fewer epochs will do; labels that it does not know start from their mean
    vectors. `figures` is given loss, learning rate and seconds a step, as means over a stretch of steps.
    """
    base = base_model_folder()
    before = bilingual_weights(base, [CHINESE / "delta.safetensors"])
    weights = bilingual_weights(base, [CHINESE / "delta.safetensors", start.changes]) if start else before
    ids = token_ids(open_tokenizer(base, added_tokens(), MAX_TOKENS), [plain(m.text) for m in messages])
    goals = Goals(messages)
    model = _model(base, weights, recipe)
    head = first_head(model, ids, goals, start.head if start else {})
    with helped_by(_help, ids, goals, recipe):
        learned = train(model, head, ids, goals, recipe, progress, figures)
    layers = {n: p for n, p in model.named_parameters() if not n.startswith("embeddings")}
    after = {name: p.detach().float().cpu().numpy() for name, p in layers.items()}
    save_file(low_rank(before, after, recipe.rank), out, {BASE: encoder_identity(None)})
    return dict(zip(goals.labels, learned, strict=True))


class Goals:
    """The share of each label in each message, and what the messages weigh: one with two labels counts half
    for each."""

    def __init__(self, messages: Sequence[LabelledMessage]) -> None:
        self.weights = torch.tensor([m.weight for m in messages])
        self._names = [m.labels or (m.label,) for m in messages]
        self.labels = sorted({name for names in self._names for name in names})
        self._column = {name: column for column, name in enumerate(self.labels)}

    def having(self, labels: set[str]) -> list[int]:
        """Return the rows of the messages that have one of these labels."""
        return [row for row, names in enumerate(self._names) if not labels.isdisjoint(names)]

    def of(self, rows: Sequence[int]) -> torch.Tensor:
        """Return the shares of some messages, shape (rows, labels)."""
        shares = torch.zeros(len(rows), len(self._column))
        for at, row in enumerate(rows):
            for name in self._names[row]:
                shares[at, self._column[name]] = 1 / len(self._names[row])
        return shares

    def means(self, said: torch.Tensor, rows: Sequence[int]) -> torch.Tensor:
        """Return each label's mean direction, shape (labels, dim), of the vectors of some messages."""
        sums = torch.zeros(len(self._column), said.shape[1])
        for at in range(0, len(said), CHUNK):
            part = rows[at : at + CHUNK]
            sums += (self.weights[part, None] * self.of(part)).T @ said[at : at + CHUNK]
        return F.normalize(sums, dim=-1)


class Learner(nn.Module):
    """Encoder and cosine head: token ids → the logit of each label."""

    def __init__(self, encoder: BertModel, head: torch.Tensor, scale: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Parameter(head.to(encoder.device))
        self.scale = scale

    def forward(self, ids: Ids) -> torch.Tensor:
        """Return the logits, shape (n, labels)."""
        kind = self.encoder.device.type
        with torch.autocast(kind, torch.bfloat16, enabled=kind == "cuda"):
            said = vectors(self.encoder, ids)
        return self.scale * said @ F.normalize(self.head, dim=-1).T


def first_head(model: BertModel, ids: Ids, goals: Goals, known: Mapping[str, Vectors]) -> torch.Tensor:
    """Return the unit weights that the head starts from, shape (labels, dim): means where none are known."""
    rows = goals.having(set(goals.labels) - known.keys())
    head = goals.means(encode_all(model.train(False), [ids[i] for i in rows]), rows)
    for row, label in enumerate(goals.labels):
        if label in known:
            head[row] = F.normalize(torch.from_numpy(known[label]), dim=-1)
    return head


def train(
    model: BertModel,
    head: torch.Tensor,
    ids: Ids,
    goals: Goals,
    recipe: Recipe,
    progress: Callable[[float], None] = lambda share: None,
    figures: Figures = lambda values, step: None,
) -> Vectors:
    """Run the recipe on `model` in place; return each label's weights, shape (labels, dim).

    Of several processes each draws dropout of its own, and all begin with what the first one was given.
    """
    torch.manual_seed(recipe.seed + rank())
    for p in model.embeddings.parameters():
        p.requires_grad = False
    learner = Learner(model, head, recipe.scale)
    whole = DistributedDataParallel(learner) if several() else learner
    optimizer = torch.optim.AdamW(_groups(model, learner.head, recipe), weight_decay=0.01, fused=True)
    plan = _plan([len(i) for i in ids], recipe)
    schedule = rise_and_fall(optimizer, len(plan), recipe.warmup)
    learning = [p for p in model.parameters() if p.requires_grad]
    curve = _Curve(figures, len(plan))
    learner.train()
    for number, chosen in enumerate(plan, 1):
        loss = _loss(whole, ids, goals, chosen, recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        curve.add(number, loss.detach(), float(schedule.get_last_lr()[LAST_LAYER]))
        schedule.step()
        progress(number / len(plan))
    learner.train(False)
    weights = recipe.scale * F.normalize(learner.head.detach(), dim=-1)
    return np.asarray(weights.float().cpu().numpy(), np.float32)


def _loss(learner: nn.Module, ids: Ids, goals: Goals, chosen: Sequence[int], recipe: Recipe) -> torch.Tensor:
    """Return the loss of this process's part of a batch, times what makes the mean over all processes that of
    the batch; one that has no part reads a message in vain, as all must take part."""
    mine = chosen[rank() :: size()]
    share = len(mine) * size() / len(chosen)
    rows = mine or chosen[:1]
    logits = learner([ids[i] for i in rows])
    goal, weights = goals.of(rows).to(logits.device), goals.weights[rows].to(logits.device)
    each = F.cross_entropy(logits, goal, label_smoothing=recipe.smoothing, reduction="none")
    return share * (weights * each).mean()


def _plan(lengths: list[int], recipe: Recipe) -> list[list[int]]:
    """Return the batches of all epochs, the same in each process."""
    return [
        chosen
        for epoch in range(recipe.epochs)
        for chosen in like_length_batches(
            list(range(len(lengths))), lengths, recipe.batch, POOL, random.Random(recipe.seed + epoch)
        )
    ]


def _model(base: Path, weights: WeightArrays, recipe: Recipe) -> BertModel:
    model = bert(base, weights)
    model.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))  # type: ignore[arg-type]
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
    return model


def _help(ids: Ids, goals: Goals, recipe: Recipe) -> None:
    """Train with the leader, whose weights replace those that are made here."""
    base = base_model_folder()
    model = _model(base, bilingual_weights(base, [CHINESE / "delta.safetensors"]), recipe)
    train(model, torch.zeros(len(goals.labels), model.config.hidden_size), ids, goals, recipe)


class _Curve:
    """Means over stretches of steps, told as they are complete."""

    def __init__(self, figures: Figures, steps: int) -> None:
        self._figures, self._steps = figures, steps
        self._every = max(1, steps // POINTS)
        self._began, self._count, self._total = time.monotonic(), 0, torch.zeros(())

    def add(self, number: int, loss: torch.Tensor, rate: float) -> None:
        self._total, self._count = self._total + loss, self._count + 1
        if number % self._every == 0 or number == self._steps:
            mean, now = float(self._total) / self._count, time.monotonic()
            pace = (now - self._began) / self._count
            log.info("step %d/%d loss %.4f %.2f s/step", number, self._steps, mean, pace)
            self._figures({"loss": mean, "learning_rate": rate, "seconds_per_step": pace}, number)
            self._began, self._count, self._total = now, 0, torch.zeros(())


def _groups(model: BertModel, head: nn.Parameter, recipe: Recipe) -> list[dict[str, object]]:
    groups: list[dict[str, object]] = [{"params": [head], "lr": recipe.head_rate, "weight_decay": 0.0}]
    for below, layer in enumerate(reversed(list(model.encoder.layer))):
        groups.append({"params": list(layer.parameters()), "lr": recipe.rate * recipe.decay**below})
    return groups
