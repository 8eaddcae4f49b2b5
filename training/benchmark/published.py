"""What papers report for the public sets; none of it was measured here."""

from dataclasses import dataclass

SOURCES = {
    "Casanueva et al. 2020": "https://aclanthology.org/2020.nlp4convai-1.5/",
    "Larson et al. 2019": "https://arxiv.org/abs/1909.02027",
    "Lin et al. 2023": "https://arxiv.org/abs/2302.05096",
}
CASANUEVA, LARSON, LIN = SOURCES


@dataclass(frozen=True)
class Published:
    """A system's figures, shares named as in `Figures`, on one of the public sets."""

    set: str
    system: str
    source: str
    figures: dict[str, float]


PUBLISHED = (
    Published("banking77", "BERT, fine-tuned", CASANUEVA, {"accuracy": 0.937}),
    Published("banking77", "USE + ConveRT", CASANUEVA, {"accuracy": 0.934}),
    Published("banking77-10", "RoBERTa, fine-tuned", LIN, {"accuracy": 0.843}),
    Published("banking77-10", "ICDA", LIN, {"accuracy": 0.898}),
    Published(
        "clinc150", "BERT, fine-tuned", LARSON, {"in_scope_accuracy": 0.969, "out_of_scope_recall": 0.403}
    ),
    Published("clinc150", "USE + ConveRT", CASANUEVA, {"accuracy": 0.972}),
    Published("clinc150", "RoBERTa, fine-tuned, 10 examples an intent", LIN, {"accuracy": 0.916}),
    Published("clinc150", "ICDA, 10 examples an intent", LIN, {"accuracy": 0.948}),
    Published("hwu64", "USE + ConveRT", CASANUEVA, {"accuracy": 0.926}),
    Published("hwu64-10", "RoBERTa, fine-tuned", LIN, {"accuracy": 0.829}),
    Published("hwu64-10", "ICDA", LIN, {"accuracy": 0.874}),
)
