"""List the messages of a desk's history whose label looks wrong.

python -m training.mislabelled            the fifty most suspect, one JSON object a line
python -m training.mislabelled --most 0   all of them

A message is suspect where a classifier that has not seen it is surer of another label than it is, on
average, of the messages that carry that label (confident learning; Northcutt et al. 2021,
https://arxiv.org/abs/1911.00068).
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.classifier import OUT_OF_SCOPE, Floats, softmax
from data.desk import Desk, load_desk
from data.errors import FrontdeskError
from data.quiet_pipe import quiet_pipe
from data.settings import Settings
from retrieval.encoder import Encoder
from training.calibrate import fit_temperature
from training.examples import LabelledMessage, borrowed_dialogues, labelled_messages
from training.fit_features import fit_features
from training.fit_head import Examples, best_blend, cross_predict
from training.fit_intent import Progress, encode_messages, require_dialogues
from training.prepare_encoder import prepare_encoder
from training.progress_bar import progress_bar

READING, JUDGING = "reading the messages", "judging each by what the others say"


@dataclass(frozen=True)
class Suspect:
    """A message, its labels, and the one that looks right, with the classifier's probability of it."""

    text: str
    language: str
    dialogue: str
    labels: tuple[str, ...]
    suggested: str
    confidence: float


def suspects(
    messages: Sequence[LabelledMessage], labels: Sequence[str], probabilities: Floats
) -> list[Suspect]:
    """Return the suspect messages, most suspect first; `probabilities` (n, labels) are held-out ones."""
    column = {label: n for n, label in enumerate(labels)}
    given = np.array([column[m.label] for m in messages])
    usual = np.array([
        probabilities[given == n, n].mean() if (given == n).any() else 2.0 for n in range(len(labels))
    ])  # fmt: skip
    surer = np.where(probabilities >= usual, probabilities, 0.0)
    for row, message in enumerate(messages):  # each label that a message has is right
        surer[row, [column[label] for label in message.labels] or [column[OUT_OF_SCOPE]]] = 0.0
    best = surer.argmax(1)
    rows = np.arange(len(messages))
    lead = surer[rows, best] - probabilities[rows, given]
    return [
        Suspect(m.text, m.language, m.dialogue, m.labels, labels[best[i]], round(float(surer[i, best[i]]), 4))
        for i in np.argsort(-lead, kind="stable")
        if surer[i, best[i]] > 0 and lead[i] > 0
        for m in [messages[i]]
    ]


def suspects_in(desk: Desk, encoder: Encoder, report: Progress = lambda share, what: None) -> list[Suspect]:
    """Return a desk's suspect messages but those of the greetings and the like that came with it."""
    found = suspects_of(labelled_messages(desk), list(desk.intents), encoder, report)
    borrowed = borrowed_dialogues(desk)
    return [suspect for suspect in found if suspect.dialogue not in borrowed]


def suspects_of(
    messages: Sequence[LabelledMessage],
    intents: Sequence[str],
    encoder: Encoder,
    report: Progress = lambda share, what: None,
) -> list[Suspect]:
    """Return the suspect messages of a history; raises DeskError for one of fewer than three dialogues."""
    require_dialogues(messages)
    labels, texts = (*intents, OUT_OF_SCOPE), [m.text for m in messages]
    rows = fit_features(texts)(texts)
    vectors = encode_messages(texts, encoder, lambda share: report(0.4 * share, READING))
    examples = Examples(messages, rows, vectors, labels)
    report(0.4, JUDGING)
    found = cross_predict(examples, len(messages), progress=lambda share: report(0.4 + 0.6 * share, JUDGING))
    margins = np.empty((len(messages), len(labels)), np.float32)
    margins[found.messages] = found.margins(best_blend(found, examples))
    right = margins.argmax(1) == examples.numbers
    return suspects(messages, labels, softmax(margins / fit_temperature(margins, right)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--most", type=int, default=50, help="how many to list; 0 means all (%(default)s)")
    args = parser.parse_args()
    try:
        settings = Settings()
        desk = load_desk(settings.desk)
        with progress_bar("Looking for wrong labels") as report, tempfile.TemporaryDirectory() as folder:
            report(0.0, "preparing the encoder")
            encoder = prepare_encoder(settings.encoder, Path(folder) / "encoder")
            found = suspects_in(desk, encoder, report)
    except FrontdeskError as error:
        sys.exit(f"frontdesk: {error}")
    with quiet_pipe():
        for suspect in found[: args.most or None]:
            print(json.dumps(asdict(suspect), ensure_ascii=False))
    print(f"{len(found)} suspect messages", file=sys.stderr)


if __name__ == "__main__":
    main()
