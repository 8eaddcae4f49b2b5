"""Teach the English encoder Chinese, by distillation on parallel sentences.

    python -m training.fit_encoder --data ../shared/data --out runs/encoder

The teacher is all-MiniLM-L6-v2; the student starts as a copy of it with new embedding rows for Chinese
characters and words. The student's vector of a Chinese sentence is pulled to the teacher's vector of its
English translation (cosine, and contrast within the batch); a part of each batch is English, which holds
the student in place. Reimers & Gurevych 2020, https://arxiv.org/abs/2004.09813.
"""

import argparse
import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F
from transformers import BertModel

from retrieval.bundled_encoder import ROWS, base_model_folder
from retrieval.encoder import token_ids
from retrieval.wordpieces import open_tokenizer
from training.first_rows import first_rows, tokens_to_add
from training.learning_curve import draw
from training.parallel import OWN, OWN_SHARE, SOURCES, drawn, read_pairs
from training.sentence_vectors import Ids, SplitRows, encode_all, vectors
from training.steps import like_length_batches, rise_and_fall

log = logging.getLogger("fit_encoder")
MAX_TOKENS = 64
POOL = 50  # batches that are sorted by length together
HELD_OUT = "held_out.txt"


@dataclass(frozen=True)
class Recipe:
    epochs: int = 2
    batch: int = 64
    english: int = 16  # English sentences beside each batch of Chinese ones
    lr_rows: float = 2e-3
    lr_rest: float = 2e-4
    warmup: float = 0.01
    temperature: float = 0.05
    spelled: float = 0.15  # share of sentences cut into characters, so that these learn beside the words
    min_characters: int = 2
    min_words: int = 3
    held_out: int = 1000  # pairs that only measure
    checkpoint_every: int = 200  # steps
    seed: int = 20


@dataclass(frozen=True)
class Sentences:
    """Token ids of the pairs' sides, and the teacher's vectors of the English one."""

    words: Ids
    characters: Ids
    english: Ids
    target: torch.Tensor


@dataclass(frozen=True)
class Held:
    """Pairs that nothing is trained on, and the teacher's vectors of their English side."""

    chinese: Ids
    english: Ids
    teacher: torch.Tensor

    def figures(self, student: BertModel) -> dict[str, float]:
        """Return retrieval accuracy both ways and how near the English vectors stayed (mean cosine)."""
        student.train(False)
        chinese, english = encode_all(student, self.chinese), encode_all(student, self.english)
        figures = {
            "zh_to_en": retrieval_accuracy(chinese, self.teacher),
            "en_to_zh": retrieval_accuracy(self.teacher, chinese),
            "chinese_cosine": float((chinese * self.teacher).sum(-1).mean()),
            "english_cosine": float((english * self.teacher).sum(-1).mean()),
        }
        return {name: round(value, 4) for name, value in figures.items()}


def retrieval_accuracy(student: torch.Tensor, teacher: torch.Tensor) -> float:
    """Return the share of rows whose nearest row on the other side is their own translation."""
    return float((student @ teacher.T).argmax(1).eq(torch.arange(len(student))).float().mean())


def fit(
    data: Path, out: Path, recipe: Recipe, device: str, start: Path | None = None, own: Sequence[Path] = OWN
) -> dict[str, float]:
    """Train, resuming from a checkpoint in `out`; write `student.pt` there, return the held-out figures.

    `start` is the folder of a finished run to go on from: the student begins with its weights, and with its
    rows for the tokens that both have.
    """
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    folder = base_model_folder()
    base = open_tokenizer(folder, max_tokens=MAX_TOKENS)
    pairs = read_pairs(data, recipe.seed, own)
    kept = start and set((start / HELD_OUT).read_text().split())  # what it never saw still measures
    held_out = kept or {p.key for p in pairs[: recipe.held_out]}
    held_pairs = [p for p in pairs if p.key in held_out]
    pairs = [p for p in pairs if p.key not in held_out]
    (out / HELD_OUT).write_text("".join(f"{p.key}\n" for p in held_pairs))
    added = tokens_to_add((p.chinese for p in pairs), base, recipe.min_characters, recipe.min_words)
    tokenizer = open_tokenizer(folder, added, MAX_TOKENS)
    spelling = open_tokenizer(folder, added, MAX_TOKENS, words=False)
    log.info("%d pairs, %d held out, %d new tokens", len(pairs), len(held_pairs), len(added))

    teacher = BertModel.from_pretrained(folder, add_pooling_layer=False)
    teacher.train(False).to(torch.device(device))
    chinese, english = [p.chinese for p in pairs], token_ids(base, [p.english for p in pairs])
    sentences = Sentences(
        words=token_ids(tokenizer, chinese),
        characters=token_ids(spelling, chinese),
        english=english,
        target=teacher_vectors(teacher, english, out / "teacher.npy"),
    )
    held = Held(
        chinese=token_ids(tokenizer, [p.chinese for p in held_pairs]),
        english=token_ids(tokenizer, [p.english for p in held_pairs]),
        teacher=encode_all(teacher, token_ids(base, [p.english for p in held_pairs])),
    )
    # dropout would only slow it down: no sentence is seen more than a few times
    student = BertModel.from_pretrained(
        folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    rows = student.embeddings.word_embeddings.weight.detach().clone()
    new = first_rows(pairs, added, (base, tokenizer, spelling), rows)
    if start is not None:
        take_over(student, new, added, torch.load(start / "student.pt", map_location="cpu"))
    student.embeddings.word_embeddings = SplitRows(rows, new)  # type: ignore[assignment]
    student.to(torch.device(device))  # type: ignore[arg-type]
    plan = plan_steps([p.share for p in pairs], [len(i) for i in sentences.words], recipe)
    train(student, sentences, plan, held, recipe, out)

    figures = held.figures(student)
    log.info("held out: %s", figures)
    torch.save({"model": state(student), "added": added}, out / "student.pt")
    report = {
        "recipe": asdict(recipe), "sources": {**SOURCES, **{file.stem: OWN_SHARE for file in own}},
        "pairs": len(pairs), "steps": len(plan), "start": start and start.name, "held_out": figures,
    }  # fmt: skip
    (out / "recipe.json").write_text(json.dumps(report, indent=1) + "\n")
    return figures


def take_over(student: BertModel, new: torch.Tensor, added: Sequence[str], before: dict[str, Any]) -> None:
    """Give `student` the weights of an earlier run, and `new` its rows of the tokens that both have."""
    weights, row_of = dict(before["model"]), {token: n for n, token in enumerate(before["added"])}
    rows = weights.pop(ROWS)[-len(row_of) :]
    both = [(n, row_of[token]) for n, token in enumerate(added) if token in row_of]
    new[[n for n, _ in both]] = rows[[n for _, n in both]]
    student.load_state_dict(weights, strict=False)


def state(student: BertModel) -> dict[str, torch.Tensor]:
    """Return the student's weights with its embedding table in one piece."""
    weights, name = dict(student.state_dict()), "embeddings.word_embeddings"
    weights[f"{name}.weight"] = torch.cat([weights.pop(f"{name}.old"), weights.pop(f"{name}.new")])
    return weights


def teacher_vectors(teacher: BertModel, ids: Ids, cache: Path) -> torch.Tensor:
    """Return the teacher's vectors, shape (n, 384), computed once and kept in `cache`."""
    if not cache.exists():
        np.save(cache, encode_all(teacher, ids).half().numpy())
    return torch.from_numpy(np.load(cache)).float()


@dataclass(frozen=True)
class Step:
    chinese: list[int]  # rows of the pairs
    spelled: list[bool]  # which of these are cut into characters
    english: list[int]


def plan_steps(shares: list[float], lengths: list[int], recipe: Recipe) -> list[Step]:
    """Return what each step of all epochs learns from; the same for the same arguments."""
    plan = []
    for epoch in range(recipe.epochs):
        rng = random.Random(recipe.seed + epoch)
        for chosen in batches(drawn(shares, rng), lengths, recipe.batch, rng):
            spelled = [rng.random() < recipe.spelled for _ in chosen]
            english = rng.sample(range(len(lengths)), min(recipe.english, len(lengths)))
            plan.append(Step(chosen, spelled, english))
    return plan


def batches(rows: list[int], lengths: list[int], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Yield batches of rows of similar length in random order; one row alone has nothing to contrast with."""
    yield from (g for g in like_length_batches(rows, lengths, size, POOL, rng) if len(g) > 1)


def train(
    student: BertModel, sentences: Sentences, plan: list[Step], held: Held, recipe: Recipe, out: Path
) -> None:
    """Run the plan; a checkpoint every `recipe.checkpoint_every` steps is gone on from."""
    device, checkpoint = student.device, out / "checkpoint.pt"
    rows = student.embeddings.word_embeddings.new
    rest = [p for p in student.parameters() if p.requires_grad and p is not rows]
    optimizer = torch.optim.AdamW([
        {"params": [rows], "lr": recipe.lr_rows, "weight_decay": 0.0},
        {"params": rest, "lr": recipe.lr_rest, "weight_decay": 0.01},
    ], fused=True)  # fmt: skip
    schedule = rise_and_fall(optimizer, len(plan), recipe.warmup)
    done, curve = 0, []
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location=device)
        student.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        schedule.load_state_dict(kept["schedule"])
        done, curve = kept["step"], kept["curve"]
        log.info("resumed at step %d of %d", done, len(plan))
    started, losses = time.time(), []
    for number, step in enumerate(plan[done:], done + 1):
        student.train()
        loss = step_loss(student, sentences, step, recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if number % 50 == 0:
            pace, mean = (time.time() - started) / len(losses), sum(losses) / len(losses)
            log.info("step %d/%d loss %.4f %.2f s/step", number, len(plan), mean, pace)
            curve.append({"step": number, "loss": mean})
            started, losses = time.time(), []
        if number % recipe.checkpoint_every == 0:
            curve.append({"step": number, **held.figures(student)})
            log.info("held out: %s", curve[-1])
            draw(curve, out / "curve.png")
            save({"model": student.state_dict(), "optimizer": optimizer.state_dict(),
                  "schedule": schedule.state_dict(), "step": number, "curve": curve}, checkpoint)  # fmt: skip


def save(what: dict[str, object], file: Path) -> None:
    """Write a checkpoint under another name first: a run killed while writing keeps the one before."""
    torch.save(what, file.with_suffix(".new"))
    file.with_suffix(".new").replace(file)


def step_loss(student: BertModel, sentences: Sentences, step: Step, recipe: Recipe) -> torch.Tensor:
    device = student.device
    said = [
        (sentences.characters if spelled else sentences.words)[i]
        for i, spelled in zip(step.chinese, step.spelled, strict=True)
    ]
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        chinese = vectors(student, said)
        english = vectors(student, [sentences.english[i] for i in step.english])
    goals = (sentences.target[rows].to(device) for rows in (step.chinese, step.english))
    return distillation_loss(chinese, next(goals), english, next(goals), recipe)


def distillation_loss(
    zh: torch.Tensor, zh_goal: torch.Tensor, en: torch.Tensor, en_goal: torch.Tensor, recipe: Recipe
) -> torch.Tensor:
    """Return the loss of a batch of unit vectors, each shape (n, 384): pull, contrast, and hold."""
    pull = (1 - (zh * zh_goal).sum(-1)).mean()
    own = torch.arange(len(zh), device=zh.device)
    apart = F.cross_entropy(zh @ zh_goal.T / recipe.temperature, own)
    hold = (1 - (en * en_goal).sum(-1)).mean()
    return 2 * pull + 0.2 * apart + 3 * hold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the parallel_* folders")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints and the result go")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--start", type=Path, help="the --out of a finished run to go on from")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    fit(args.data, args.out, Recipe(epochs=args.epochs), device, args.start)


if __name__ == "__main__":
    main()
