"""How near the encoder puts what means the same: public Chinese pairs, and English against Chinese.

Nothing that ships is trained, tuned or selected on these pairs.
"""

import importlib.util
import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression

from retrieval.encoder import Encoder, Vectors
from training.benchmark.errors import BenchmarkError
from training.benchmark.figures import Meaning
from training.benchmark.measures import auroc
from training.benchmark.table import read_table
from training.fit_intent import encode_messages
from training.prepare_encoder import prepare_encoder

PAIRS = {  # figure: file with text1, text2, label
    "lcqmc_auc": "eval_lcqmc/valid.jsonl",
    "afqmc_auc": "eval_afqmc/valid.jsonl",
    "stsb_zh_spearman": "eval_stsb_zh/valid.jsonl",
}
HEADS = {  # figure: files with text, intent to learn from and to measure with
    "banking77_head": ("banking77/train.jsonl", "banking77/test.jsonl"),
    "clinc150_head": ("clinc150/train.jsonl", "clinc150/test.jsonl"),
}
ENCODER_MEANINGS = {
    "lcqmc_auc": Meaning("LCQMC, AUC", "%", "Cosine tells Chinese questions that mean the same from others."),
    "afqmc_auc": Meaning("AFQMC, AUC", "%", "The same for questions that customers asked a payment service."),
    "stsb_zh_spearman": Meaning("STS-B zh, Spearman", "%", "Cosine ranks Chinese sentences as people do."),
    "banking77_head": Meaning(
        "BANKING77, linear head", "%", "English intents by logistic regression (C = 20) on the vectors alone."
    ),
    "clinc150_head": Meaning("CLINC150, linear head", "%", "The same on CLINC150, in scope."),
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
    with tempfile.TemporaryDirectory() as folder:
        encoder = prepare_encoder(name, Path(folder) / "encoder")
    figures: dict[str, float | None] = dict.fromkeys(ENCODER_MEANINGS)
    for figure, file in PAIRS.items():
        figures[figure] = pair_figure(data / file, encoder, graded=figure.endswith("spearman"))
    for figure, files in HEADS.items():
        figures[figure] = head_figure(data / files[0], data / files[1], encoder)
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


def head_figure(train: Path, test: Path, encoder: Encoder) -> float:
    """Return the accuracy of a logistic regression on the vectors of a set's texts."""
    texts, intents = zip(*((row["text"], row["intent"]) for _, row in read_table(train).rows), strict=True)
    head = LogisticRegression(C=20, max_iter=1000).fit(encode_messages(texts, encoder), intents)
    texts, intents = zip(*((row["text"], row["intent"]) for _, row in read_table(test).rows), strict=True)
    return float(head.score(encode_messages(texts, encoder), intents))


def _cosines(first: Vectors, second: Vectors) -> Vectors:
    return np.asarray((first * second).sum(1), np.float32)
