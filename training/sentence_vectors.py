"""Sentence vectors in torch: token ids → mean-pooled unit vectors, as all-MiniLM-L6-v2 makes them."""

import torch
from torch import nn
from torch.nn import functional as F
from transformers import BertModel

from retrieval.torch_encoder import pooled

Ids = list[list[int]]


class SplitRows(nn.Module):
    """An embedding table whose first rows stay and whose last rows learn."""

    def __init__(self, old: torch.Tensor, new: torch.Tensor) -> None:
        super().__init__()
        self.old = nn.Parameter(old, requires_grad=False)
        self.new = nn.Parameter(new)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        last = len(self.old) - 1
        old = F.embedding(ids.clamp(max=last), self.old)
        new = F.embedding((ids - len(self.old)).clamp(min=0), self.new)
        return torch.where((ids > last).unsqueeze(-1), new, old)


def vectors(model: BertModel, ids: Ids) -> torch.Tensor:
    """Return unit vectors, shape (n, 384), mean-pooled over the tokens of each id list."""
    length = max(map(len, ids))
    tokens = torch.zeros(len(ids), length, dtype=torch.long)
    mask = torch.zeros(len(ids), length, dtype=torch.long)
    for row, one in enumerate(ids):
        tokens[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = 1
    tokens, mask = tokens.to(model.device), mask.to(model.device)
    return pooled(model(input_ids=tokens, attention_mask=mask).last_hidden_state, mask).float()


@torch.no_grad()
def encode_all(model: BertModel, ids: Ids, batch: int = 128) -> torch.Tensor:
    """Return unit vectors of all id lists, in their order, encoded longest first."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    out = torch.empty(len(ids), model.config.hidden_size)
    for at in range(0, len(order), batch):
        part = order[at : at + batch]
        out[part] = vectors(model, [ids[i] for i in part]).cpu()
    return out
