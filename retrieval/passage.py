"""What can be found: approved answers and paragraphs of articles."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Passage:
    """A quotable text with its source; `score` is between 0 and 1 once it was searched for."""

    id: str
    kind: Literal["article", "template"]
    language: str
    title: str
    heading: str
    text: str
    intents: tuple[str, ...]
    score: float = 0.0
