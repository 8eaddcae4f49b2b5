"""How near the encoder puts what means the same: public Chinese pairs, and English against Chinese.

Nothing that ships is trained, tuned or selected on these pairs.
"""

import importlib.util
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from retrieval.encoder import Encoder, Vectors
from training.benchmark.errors import BenchmarkError
from training.benchmark.figures import Meaning
from training.benchmark.frontdesk import open_encoder
from training.benchmark.measures import auroc
from training.benchmark.table import read_table

PAIRS = {  # figure: file with text1, text2, label
    "lcqmc_auc": "eval_lcqmc/valid.jsonl",
    "afqmc_auc": "eval_afqmc/valid.jsonl",
    "stsb_zh_spearman": "eval_stsb_zh/valid.jsonl",
}
ENCODER_MEANINGS = {
    "lcqmc_auc": Meaning("LCQMC, AUC", "%", "Cosine tells Chinese questions that mean the same from others."),
    "afqmc_auc": Meaning("AFQMC, AUC", "%", "The same for questions that customers asked a payment service."),
    "stsb_zh_spearman": Meaning("STS-B zh, Spearman", "%", "Cosine ranks Chinese sentences as people do."),
    "zh_to_en": Meaning(
        "Chinese to English",
        "%",
        "Held-out Chinese sentences whose nearest English one is their translation.",
    ),
    "en_to_zh": Meaning("English to Chinese", "%", "The same the other way round."),
    "english_cosine": Meaning(
        "English as before", "%", "Mean cosine of English vectors to those of the English base model."
    ),
}


def encoder_figures(data: Path, name: str | None) -> dict[str, float | None]:
    """Return the figures of an encoder; those on translations are the bundled one's only, and need torch."""
    encoder = open_encoder(name)
    figures: dict[str, float | None] = dict.fromkeys(ENCODER_MEANINGS)
    for figure, file in PAIRS.items():
        figures[figure] = pair_figure(data / file, encoder, graded=figure.endswith("spearman"))
    if name is None and importlib.util.find_spec("torch"):
        from training.export_encoder import figures_as_shipped  # torch

        try:
            figures |= figures_as_shipped(data)
        except FileNotFoundError as error:
            raise BenchmarkError(str(error)) from error
    return figures


def pair_figure(file: Path, encoder: Encoder, graded: bool) -> float | None:
    """Return Spearman's correlation of cosine and label if `graded`, else AUC of cosine for label 1."""
    rows = [row for _, row in read_table(file).rows]
    first, second = (encoder.encode([row[column] for row in rows]) for column in ("text1", "text2"))
    cosine = _cosines(first, second)
    labels = np.array([float(row["label"]) for row in rows])
    return float(spearmanr(cosine, labels).statistic) if graded else auroc(cosine, labels == 1)


def _cosines(first: Vectors, second: Vectors) -> Vectors:
    return np.asarray((first * second).sum(1), np.float32)
