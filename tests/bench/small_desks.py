"""What a desk with little to learn from refuses: `python -m tests.bench.small_desks --data FOLDER`.

Small desks are drawn from CLINC150 and BANKING77, their thresholds fitted to intents that were left out. In
scope are the test messages of the desk's intents; far outside CLINC150's own out of scope, near outside the
test messages of the other intents.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from bot.classifier import LEFT_OUT, Classifier
from bot.features import plain
from retrieval.encoder import Encoder
from training.benchmark.frontdesk import labelled, names_of
from training.benchmark.public_sets import SETS
from training.benchmark.split import Message, Split
from training.examples import History
from training.fit_intent import fit_classifier
from training.prepare_encoder import prepare_encoder

MEASURED = 400  # messages of a kind


def small_desk(split: Split, intents: int, examples: int, encoder: Encoder, chance: Random) -> None:
    """Fit a desk of some intents and print what would become of each kind of message."""
    mine = chance.sample(list(split.intents), intents)
    train: list[Message] = []
    for intent in mine:
        own = [m for m in split.train if m.intent == intent]
        train += chance.sample(own, max(4, int(chance.gauss(examples, examples / 2.5))))
    history = History(tuple(mine), labelled(train, "en"), names_of(mine, "en"))
    classifier, _ = fit_classifier(history, encoder)
    limits = classifier.thresholds_for("en")
    if limits.basis != LEFT_OUT:
        print(f"{intents} intents, {len(train)} messages: {limits.basis}")
        return
    kinds = {
        "in scope": [m for m in split.test if m.intent in mine],
        "near outside": [m for m in split.test if m.intent and m.intent not in mine],
        "far outside": [m for m in split.test if not m.intent],
    }
    for kind, messages in kinds.items():
        if texts := [m.text for m in chance.sample(messages, min(MEASURED, len(messages)))]:
            _print(f"{intents} intents, {len(train):3} messages, {kind:>12}", texts, classifier, encoder)


def _print(what: str, texts: Sequence[str], classifier: Classifier, encoder: Encoder) -> None:
    scores = classifier.score(texts, encoder.encode([plain(text) for text in texts]), "en")
    limits = classifier.thresholds_for("en")
    below, refused = scores.in_scope < limits.refuse_below, scores.in_scope < limits.ask_from
    known = below & ~refused & np.array([classifier.features.knows(text) for text in texts])
    print(
        f"{what}: refused {refused.mean():.1%}; asked about {(below & ~refused).mean():.1%}, of which all "
        f"words are known {known.mean():.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        encoder = prepare_encoder(None, Path(folder) / "encoder")
        for name, intents in (("clinc150", 20), ("clinc150", 30), ("banking77", 16)):
            print(SETS[name].title)
            split = SETS[name].read(args.data)
            for examples in (8, 16):
                for seed in range(3):
                    small_desk(split, intents, examples, encoder, Random(seed))


if __name__ == "__main__":
    main()
