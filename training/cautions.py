"""What somebody should look at before a release meets customers, though nothing in it is broken."""

from collections.abc import Iterator, Mapping
from typing import Any

from data.desk import Desk
from data.night.topics import OPEN


def cautions(desk: Desk, metrics: Mapping[str, Any], max_wrong_answers: float) -> Iterator[str]:
    """Yield what is missing in a desk's answers, and where its figures break the operator's limit.

    `metrics` are a release's; the limit is a share of the answers.
    """
    if unanswered := [intent for intent in desk.intents if intent not in desk.answers]:
        yield (
            f"no answer is written to {', '.join(unanswered)}: who asks is handed to a person; write "
            "templates/<intent>.yaml, or an answer in the console"
        )
    for template in desk.templates.values():
        if marks := sorted({mark for text in template.texts.values() for mark in OPEN.findall(text)}):
            yield f"template {template.id} is said with its marks, {', '.join(marks)}: fill them in"
    for language in desk.languages:
        wrong = metrics.get(language, {}).get("answers_wrong", 0.0)
        if wrong > max_wrong_answers:
            yield (
                f"{language}: {wrong:.1%} of the answers to held-out messages are wrong, wanted are at most "
                f"{max_wrong_answers:.0%}: more messages of each intent help, `python -m "
                "training.mislabelled` lists labels that look wrong"
            )
