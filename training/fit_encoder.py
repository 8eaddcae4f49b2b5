"""Teach the English encoder Chinese, by distillation on parallel sentences.

    python -m training.fit_encoder --data ../shared/data --out runs/encoder

The teacher is all-MiniLM-L6-v2; the student starts as a copy of it with new embedding rows for the
Chinese characters it lacks. The student's vector of a Chinese sentence is pulled to the teacher's
vector of its English translation (cosine, and contrast within the batch); a part of each batch is
English, which holds the student in place. Reimers & Gurevych 2020, https://arxiv.org/abs/2004.09813.
"""

import argparse
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import sparse
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import BertModel

from retrieval.encoder import base_model_folder, extend_tokenizer
from retrieval.fold import fold

log = logging.getLogger("fit_encoder")

SOURCES = {  # folder: share of its rows that is used
    "parallel_tatoeba": 1.0,
    "parallel_multiwoz": 1.0,
    "parallel_crosswoz": 1.0,
    "parallel_shop_ui": 1.0,
    "parallel_openstack": 1.0,
    "parallel_techdocs_md": 0.3,
}
MAX_TOKENS = 64


@dataclass(frozen=True)
class Recipe:
    epochs: int = 1
    batch: int = 64
    english: int = 16  # English sentences beside each batch of Chinese ones
    lr_rows: float = 1e-3
    lr_rest: float = 1e-4
    warmup: float = 0.03
    temperature: float = 0.05
    min_count: int = 3  # a character seen less often stays [UNK]: its row would be noise
    held_out: int = 1000  # pairs that only measure
    checkpoint_every: int = 400  # steps
    seed: int = 20


def read_pairs(data: Path, seed: int) -> list[tuple[str, str]]:
    """Return distinct folded (English, Chinese) pairs; raises FileNotFoundError naming a missing folder."""
    rng, pairs = random.Random(seed), {}
    for name, share in SOURCES.items():
        folder = data / name
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is missing. --data must hold: {', '.join(SOURCES)}")
        for file in sorted(folder.glob("*.jsonl")):
            for line in file.read_text("utf-8").splitlines():
                row = json.loads(line)
                if share < 1 and rng.random() > share:
                    continue
                en, zh = fold(row["en"]), fold(row["zh"])
                if en and zh and len(zh) <= 120 and len(en) <= 300:
                    pairs[zh] = en
    shuffled = [(en, zh) for zh, en in pairs.items()]
    rng.shuffle(shuffled)
    return shuffled


def characters_to_add(texts: list[str], tokenizer: Tokenizer, min_count: int) -> list[str]:
    """Return the non-ASCII characters that `tokenizer` lacks and `texts` have at least `min_count` times."""
    counts = Counter(c for text in texts for c in text if ord(c) > 127 and not c.isspace())
    vocab = tokenizer.get_vocab()
    return sorted(c for c, n in counts.items() if n >= min_count and c not in vocab)


def first_rows(
    pairs: list[tuple[str, str]], base: Tokenizer, student: Tokenizer, rows: torch.Tensor
) -> torch.Tensor:
    """Return a start for each new row: the English rows it goes with, by pointwise mutual information."""
    base_size = base.get_vocab_size()
    new = student.get_vocab_size() - base_size
    en_ids = [set(e.ids[1:-1]) for e in base.encode_batch([en for en, _ in pairs])]
    zh_ids = [
        {i - base_size for i in e.ids if i >= base_size}
        for e in student.encode_batch([zh for _, zh in pairs])
    ]

    def indicator(sets: list[set[int]], width: int) -> sparse.csr_matrix:
        counts = np.array([len(s) for s in sets])
        cols = np.array([i for s in sets for i in s], dtype=np.int64)
        return sparse.csr_matrix(
            (np.ones(len(cols), np.float32), (np.repeat(np.arange(len(sets)), counts), cols)),
            shape=(len(sets), width),
        )

    zh, en = indicator(zh_ids, new), indicator(en_ids, base_size)
    together = (zh.T @ en).tocsr()
    zh_n, en_n = np.asarray(zh.sum(0)).ravel(), np.asarray(en.sum(0)).ravel()
    start = rows.mean(0, keepdim=True).repeat(new, 1)
    for c in range(new):
        ids, n = together[c].indices, together[c].data
        pmi = np.log(n * len(pairs) / (zh_n[c] * en_n[ids])) * (n >= 2)
        score = np.maximum(pmi, 0) * n / (n + 5)
        best = np.argsort(-score)[:5]
        if len(best) and score[best].sum() > 0:
            weight = torch.tensor(score[best] / score[best].sum(), dtype=rows.dtype)
            start[c] = (weight[:, None] * rows[torch.tensor(ids[best].astype(np.int64))]).sum(0)
    return start


def vectors(model: BertModel, ids: list[list[int]]) -> torch.Tensor:
    """Return unit vectors, shape (n, 384), mean-pooled over the tokens of each id list."""
    length = max(map(len, ids))
    tokens = torch.zeros(len(ids), length, dtype=torch.long)
    mask = torch.zeros(len(ids), length, dtype=torch.long)
    for row, one in enumerate(ids):
        tokens[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = 1
    tokens, mask = tokens.to(model.device), mask.to(model.device)
    hidden = model(input_ids=tokens, attention_mask=mask).last_hidden_state
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return F.normalize((hidden * weight).sum(1) / weight.sum(1), dim=-1).float()


@torch.no_grad()
def encode_all(model: BertModel, ids: list[list[int]], batch: int = 128) -> torch.Tensor:
    """Return unit vectors of all id lists, in their order, encoded longest first."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    out = torch.empty(len(ids), model.config.hidden_size)
    for at in range(0, len(order), batch):
        part = order[at : at + batch]
        out[part] = vectors(model, [ids[i] for i in part]).cpu()
    return out


def token_ids(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return [e.ids for e in tokenizer.encode_batch(texts)]


def batches(lengths: list[int], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Yield index batches of similar length in random order, so that little is spent on padding."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    pools = [order[i : i + size * 50] for i in range(0, len(order), size * 50)]
    groups = []
    for pool in pools:
        pool.sort(key=lambda i: lengths[i])
        groups += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(groups)
    yield from (g for g in groups if len(g) > 1)


def retrieval_accuracy(student: torch.Tensor, teacher: torch.Tensor) -> float:
    """Return the share of rows whose nearest row on the other side is their own translation."""
    return float((student @ teacher.T).argmax(1).eq(torch.arange(len(student))).float().mean())


def new_student(
    folder: Path, pairs: list[tuple[str, str]], base: Tokenizer, tokenizer: Tokenizer, device: str
) -> BertModel:
    """Return a copy of the base model with a started row for each new token; of its rows only those learn."""
    student = BertModel.from_pretrained(folder, add_pooling_layer=False)
    table = student.embeddings.word_embeddings
    old_rows = table.weight.detach().clone()
    student.resize_token_embeddings(tokenizer.get_vocab_size(), mean_resizing=False)
    table = student.embeddings.word_embeddings
    with torch.no_grad():
        table.weight[len(old_rows) :] = first_rows(pairs, base, tokenizer, old_rows)
    student.to(torch.device(device))  # type: ignore[arg-type]
    learns = torch.ones(len(table.weight), 1, device=device)
    learns[: len(old_rows)] = 0
    student.embeddings.word_embeddings.weight.register_hook(  # type: ignore[no-untyped-call]
        lambda grad: grad * learns
    )
    return student


@dataclass(frozen=True)
class Held:
    """Pairs that nothing is trained on, and the teacher's vectors of their English side."""

    zh: list[list[int]]
    en: list[list[int]]
    teacher: torch.Tensor

    def figures(self, student: BertModel) -> dict[str, float]:
        """Return retrieval accuracy both ways and how near the English vectors stayed (mean cosine)."""
        student.train(False)
        zh, en = encode_all(student, self.zh), encode_all(student, self.en)
        figures = {
            "zh_to_en": retrieval_accuracy(zh, self.teacher),
            "en_to_zh": retrieval_accuracy(self.teacher, zh),
            "english_cosine": float((en * self.teacher).sum(-1).mean()),
        }
        return {name: round(value, 4) for name, value in figures.items()}


def fit(data: Path, out: Path, recipe: Recipe, device: str) -> dict[str, float]:
    """Train, resuming from a checkpoint in `out`; write `student.pt` there, return the held-out figures."""
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    folder = base_model_folder()
    base = extend_tokenizer(folder, [], MAX_TOKENS)
    pairs = read_pairs(data, recipe.seed)
    held_pairs, pairs = pairs[: recipe.held_out], pairs[recipe.held_out :]
    added = characters_to_add([zh for _, zh in pairs], base, recipe.min_count)
    tokenizer = extend_tokenizer(folder, added, MAX_TOKENS)
    log.info("%d pairs, %d held out, %d new characters", len(pairs), len(held_pairs), len(added))

    teacher = BertModel.from_pretrained(folder, add_pooling_layer=False)
    teacher.train(False).to(torch.device(device))
    target = teacher_vectors(teacher, token_ids(base, [en for en, _ in pairs]), out / "teacher.npy")
    held = Held(
        zh=token_ids(tokenizer, [zh for _, zh in held_pairs]),
        en=token_ids(tokenizer, [en for en, _ in held_pairs]),
        teacher=encode_all(teacher, token_ids(base, [en for en, _ in held_pairs])),
    )
    student = new_student(folder, pairs, base, tokenizer, device)
    zh_ids, en_ids = (token_ids(tokenizer, [pair[side] for pair in pairs]) for side in (1, 0))
    train(student, zh_ids, en_ids, target, held, recipe, out / "checkpoint.pt")

    figures = held.figures(student)
    log.info("held out: %s", figures)
    torch.save({"model": student.state_dict(), "added": added}, out / "student.pt")
    report = {"recipe": asdict(recipe), "sources": SOURCES, "pairs": len(pairs), "held_out": figures}
    (out / "recipe.json").write_text(json.dumps(report, indent=1) + "\n")
    return figures


def teacher_vectors(teacher: BertModel, ids: list[list[int]], cache: Path) -> torch.Tensor:
    """Return the teacher's vectors, shape (n, 384), computed once and kept in `cache`."""
    if not cache.exists():
        np.save(cache, encode_all(teacher, ids).half().numpy())
    return torch.from_numpy(np.load(cache)).float()


def train(
    student: BertModel,
    zh_ids: list[list[int]],
    en_ids: list[list[int]],
    target: torch.Tensor,
    held: Held,
    recipe: Recipe,
    checkpoint: Path,
) -> None:
    """Run the recipe's epochs; a checkpoint every `recipe.checkpoint_every` steps is gone on from."""
    device = student.device
    rows = student.embeddings.word_embeddings.weight
    rest = [p for p in student.parameters() if p is not rows]
    optimizer = torch.optim.AdamW([
        {"params": [rows], "lr": recipe.lr_rows, "weight_decay": 0.0},
        {"params": rest, "lr": recipe.lr_rest, "weight_decay": 0.01},
    ])  # fmt: skip
    lengths = [len(i) for i in zh_ids]
    plan = [
        (chosen, rng.sample(range(len(en_ids)), min(recipe.english, len(en_ids))))
        for epoch in range(recipe.epochs)
        for rng in [random.Random(recipe.seed + epoch)]
        for chosen in list(batches(lengths, recipe.batch, rng))
    ]
    warm = max(1, int(len(plan) * recipe.warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.0, (len(plan) - s) / max(1, len(plan) - warm)))
    )
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        student.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        done = state["step"]
        torch.set_rng_state(state["random"].cpu())  # dropout goes on where it was
        log.info("resumed at step %d of %d", done, len(plan))
    started, losses = time.time(), []
    for step, (chosen, english) in enumerate(plan[done:], done + 1):
        student.train()
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            zh = vectors(student, [zh_ids[i] for i in chosen])
            en = vectors(student, [en_ids[i] for i in english])
        loss = distillation_loss(zh, target[chosen].to(device), en, target[english].to(device), recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            pace = (time.time() - started) / len(losses)
            log.info("step %d/%d loss %.4f %.2f s/step", step, len(plan), sum(losses) / len(losses), pace)
            started, losses = time.time(), []
        if step % recipe.checkpoint_every == 0:
            torch.save(
                {"model": student.state_dict(), "optimizer": optimizer.state_dict(),
                 "schedule": schedule.state_dict(), "step": step, "random": torch.get_rng_state()},
                checkpoint,
            )  # fmt: skip
            log.info("held out: %s", held.figures(student))


def distillation_loss(
    zh: torch.Tensor, zh_goal: torch.Tensor, en: torch.Tensor, en_goal: torch.Tensor, recipe: Recipe
) -> torch.Tensor:
    """Return the loss of a batch of unit vectors, each shape (n, 384): pull, contrast, and hold."""
    pull = (1 - (zh * zh_goal).sum(-1)).mean()
    own = torch.arange(len(zh), device=zh.device)
    apart = F.cross_entropy(zh @ zh_goal.T / recipe.temperature, own)
    hold = (1 - (en * en_goal).sum(-1)).mean()
    return 2 * pull + 0.2 * apart + 2 * hold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the parallel_* folders")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints and the result go")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    fit(args.data, args.out, Recipe(epochs=args.epochs), device)


if __name__ == "__main__":
    main()
