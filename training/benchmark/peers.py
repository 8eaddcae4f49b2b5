"""What others would train on the same messages: three systems that refuse nothing.

Their confidence is the largest probability, and so is their in-scope score: the usual baseline for telling
what is out of scope (Hendrycks & Gimpel 2017, https://arxiv.org/abs/1610.02136). Messages out of scope are
no examples of anything to them.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bot.classifier import Floats, Ints, softmax
from retrieval.bundled_encoder import base_model_folder
from training.benchmark.recognizer import Options, Prediction
from training.benchmark.split import Split

FOLDS = 3
# Pairs of each kind for a message. The paper has 20: an hour and more on two cores, this a few minutes.
SETFIT_PAIRS = 2
Texts = Sequence[str]


@dataclass(frozen=True)
class Peer:
    """A system that gives every intent a probability."""

    labels: tuple[str, ...]
    probabilities: Callable[[Texts], NDArray[Any]]  # n texts → (n, intents)
    fit_seconds: float
    thresholds: None = None

    def predict(self, texts: Texts) -> Prediction:
        found = np.asarray(self.probabilities(texts), np.float32)
        surest = found.max(1)
        return Prediction(self.labels, found.argmax(1), surest, surest, refused=None, accepted=None)


def fit_tfidf_svm(split: Split, options: Options) -> Peer:
    """TF-IDF of words and characters, linear SVMs; margins become probabilities as held-out folds say."""
    texts, intents = _examples(split)
    started = perf_counter()
    svm = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char", ngram_range=(2, 5), sublinear_tf=True),
        ),
        LinearSVC(random_state=options.seed),
    )
    folds = _folds(intents, options.seed)
    temperature = 1.0
    if folds:
        held_out = cross_val_predict(svm, texts, intents, cv=folds, method="decision_function")
        temperature = _temperature(_by_intent(held_out), intents)
    svm.fit(texts, intents)

    def probabilities(texts: Texts) -> Floats:
        return softmax(_by_intent(svm.decision_function(texts)) / temperature)

    return Peer(split.intents, probabilities, perf_counter() - started)


def fit_minilm(split: Split, options: Options) -> Peer:
    """Frozen all-MiniLM-L6-v2 in float32, logistic regression; C of 10 or 30 by cross-validation."""
    import torch
    from sentence_transformers import SentenceTransformer

    model, threads = SentenceTransformer(str(base_model_folder())), torch.get_num_threads()
    texts, intents = _examples(split)
    started = perf_counter()
    head: Any = LogisticRegression(C=10, max_iter=2000)
    if folds := _folds(intents, options.seed):
        head = GridSearchCV(head, {"C": [10, 30]}, cv=folds)

    def encode(texts: Texts) -> Floats:
        # One message is too little work for two threads: where cores are busy they wait for each other.
        torch.set_num_threads(1 if len(texts) == 1 else threads)
        return np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

    head.fit(encode(texts), intents)
    return Peer(split.intents, lambda texts: head.predict_proba(encode(texts)), perf_counter() - started)


def fit_setfit(split: Split, options: Options) -> Peer:
    """SetFit on all-MiniLM-L6-v2, as in its paper but for `SETFIT_PAIRS` (Tunstall et al. 2022,
    https://arxiv.org/abs/2209.11055)."""
    import torch
    from datasets import Dataset  # type: ignore[import-not-found,unused-ignore]
    from setfit import SetFitModel, Trainer, TrainingArguments  # type: ignore[import-not-found,unused-ignore]

    model, threads = SetFitModel.from_pretrained(str(base_model_folder())), torch.get_num_threads()
    texts, intents = _examples(split)
    started = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder, batch_size=16, num_epochs=1, num_iterations=SETFIT_PAIRS,
            seed=options.seed, report_to="none", save_strategy="no", show_progress_bar=False,
        )  # fmt: skip
        examples = Dataset.from_dict({"text": texts, "label": intents.tolist()})
        Trainer(model=model, args=arguments, train_dataset=examples).train()

    def probabilities(texts: Texts) -> Floats:
        torch.set_num_threads(1 if len(texts) == 1 else threads)  # as in fit_minilm
        return np.asarray(model.predict_proba(list(texts), as_numpy=True, show_progress_bar=False))

    return Peer(split.intents, probabilities, perf_counter() - started)


def _examples(split: Split) -> tuple[list[str], Ints]:
    numbers = {intent: i for i, intent in enumerate(split.intents)}
    inside = [m for m in split.train if m.intent is not None]
    return [m.text for m in inside], np.array([numbers[m.intent] for m in inside if m.intent])


def _folds(intents: Ints, seed: int) -> StratifiedKFold | None:
    """Return folds that all hold every intent, or None if one has too few examples for that."""
    if np.bincount(intents).min() < FOLDS:
        return None
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed)


def _by_intent(margins: NDArray[Any]) -> Floats:
    """Return a column for each intent; of two intents scikit-learn gives the second's margin only."""
    columns = np.stack([-margins, margins], axis=1) if margins.ndim == 1 else margins
    return np.asarray(columns, np.float32)


def _temperature(margins: Floats, intents: Ints) -> float:
    """Return the temperature of the best log-likelihood (Guo et al. 2017, arxiv.org/abs/1706.04599)."""

    def loss(log_temperature: float) -> float:
        found = softmax(margins / np.exp(log_temperature))[np.arange(len(intents)), intents]
        return float(-np.log(found.clip(1e-9)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-5, 2), method="bounded").x))
