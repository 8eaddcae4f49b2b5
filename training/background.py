"""Out-of-scope messages for histories that bring none."""

from collections.abc import Collection
from dataclasses import replace

from data.desk import load_desk
from data.settings import BUNDLED_DESK
from training.examples import LabelledMessage, labelled_messages


def background(languages: Collection[str]) -> list[LabelledMessage]:
    """Return the bundled desk's out-of-scope messages in these languages.

    They say what customers ask that is no shop's matter. Another desk's near misses are not among them, so
    a history's own out-of-scope messages are better where there are any.
    """
    return [
        replace(m, dialogue=f"background-{m.dialogue}")
        for m in labelled_messages(load_desk(BUNDLED_DESK))
        if not m.labels and m.language in languages
    ]
