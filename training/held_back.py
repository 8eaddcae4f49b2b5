"""Which messages an encoder is not tuned on, so that gate and thresholds can be fitted to them."""

from collections import Counter
from collections.abc import Iterable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from training.calibrate import TOO_FEW
from training.examples import History, LabelledMessage

# of each language, in scope or not: the largest share of the dialogues that is held back, the messages that
# are wanted, and how many of a calibration sample make it needless
SHARES = {True: 0.1, False: 1 / 3}  # what is out of scope is rare, and the gate needs it more than the head
WANTED = {True: 500, False: 100}
ENOUGH = {True: TOO_FEW, False: 50}


def held_back(history: History) -> NDArray[np.bool_]:
    """Return which of the history's messages are held back, shape (n,): whole dialogues, always the same.

    None are where the history's sample has enough messages of their language, in scope or out of it.
    """
    given, sampled = _kinds(history.messages), _kinds(history.sample)
    share = {
        (language, inside): 0.0
        if sampled[language, inside] >= ENOUGH[inside]
        else min(SHARES[inside], WANTED[inside] / max(given[language, inside], 1))
        for language, _ in given
        for inside in (True, False)
    }
    strays = {m.dialogue for m in history.messages if not m.labels}  # a dialogue is held back whole
    return np.array(
        [_place(m.dialogue) < share[m.language, m.dialogue not in strays] for m in history.messages], np.bool_
    )


def not_learned(history: History) -> list[LabelledMessage]:
    """Return what gate and thresholds are fitted to: what is held back and the sample."""
    pairs = zip(history.messages, held_back(history), strict=True)
    return [*(m for m, back in pairs if back), *history.sample]


def _kinds(messages: Iterable[LabelledMessage]) -> Counter[tuple[str, bool]]:
    return Counter((m.language, bool(m.labels)) for m in messages)


def _place(dialogue: str) -> float:
    """Return a number from 0 to 1 that only depends on the dialogue's id."""
    return crc32(dialogue.encode()) / 2**32
