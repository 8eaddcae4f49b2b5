"""What an import did: kept in the folder as import.json, and told in a few lines."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from training.history.counted import counted
from training.history.desk_files import DeskMade
from training.history.formats import Source
from training.history.spool import Spool
from training.history.write_dialogues import Written

REASONS = 8  # told; all rows are in rejected.jsonl
NOTES = 12
SMALL = 0.02  # share of the labelled messages under which a language may be a mistake


def summary(
    spool: Spool, written: Written, desk: DeskMade | None, sources: Sequence[Source], made_from: str
) -> dict[str, Any]:
    """Return figures that are the same whenever the same files are imported the same way."""
    counts = spool.counts()
    found: dict[str, Any] = {
        "made_from": made_from,
        "formats": sorted({source.format for source in sources}),
        "read": spool.done,
        "dialogues": dict(sorted(written.dialogues.items())),
        "messages": dict(sorted(written.messages.items())),
        "labelled": dict(sorted(written.labelled.items())),
        "masked": counts.pop("masked", 0),
        "rejected": sum(written.reasons.values()),
        "rejected_for": dict(written.reasons.most_common(100)),
        "skipped": _kind(counts, "skipped: "),
        "not_understood": _kind(counts, "doubt: "),
    }
    if desk is not None:
        per_intent = {f"{i} {lang}": n for (i, lang), n in sorted(written.per_intent.items())}
        found |= {
            "repeated_dialogues": written.repeated,
            "near_duplicates": written.near,
            "intents": len(desk.kinds),
            "answers": desk.answers,
            "messages_of_intents": per_intent,
            "notes": [*_small(written), *desk.notes],
        }
    found["left_out"] = [*_left_out(found), *(w for source in sources for w in source.warnings)]
    return found


def told(found: Mapping[str, Any], into: Path) -> Iterator[str]:
    """Yield what became of the source."""
    for language, number in found["dialogues"].items():
        messages = counted(found["messages"][language], "message")
        yield f"{into / 'dialogues' / language}.jsonl: {counted(number, 'dialogue')}, {messages}"
    if found["masked"]:
        masked = counted(found["masked"], "piece")
        was = "was" if found["masked"] == 1 else "were"
        yield f"{masked} of personal data {was} masked; names and addresses are not found"
    if "intents" not in found:
        yield "no message has a label yet: python -m training.history mine groups them (docs/mining.md)"
        return
    near = found["near_duplicates"]
    yield (
        f"{into} is a desk: {counted(found['intents'], 'intent')}, {counted(found['answers'], 'answer')}; "
        f"{counted(near, 'message')} {'differs' if near == 1 else 'differ'} from another only in spelling"
    )
    notes = found["notes"]
    yield from (f"  look at: {note}" for note in notes[:NOTES])
    if len(notes) > NOTES:
        yield f"  … and {len(notes) - NOTES} more in {into / 'import.json'}"
    yield f"next: FRONTDESK_DESK={into} python -m training.publish"


def _left_out(found: Mapping[str, Any]) -> Iterator[str]:
    listed = ", all of them in rejected.jsonl" if found["rejected"] else ""
    yield f"{found['rejected']:,} of {counted(found['read'], 'row')} rejected{listed}"
    reasons = list(found["rejected_for"].items())
    yield from (f"{number:>8,}  {reason}" for reason, number in reasons[:REASONS])
    if len(reasons) > REASONS:
        yield f"{sum(n for _, n in reasons[REASONS:]):>8,}  for other reasons"
    yield from (f"{number:>8,}  skipped: {what}" for what, number in found["skipped"].items())
    for what, number in found["not_understood"].items():
        yield f"{number:>8,}  kept without a {what} that was not understood"


def _small(written: Written) -> Iterator[str]:
    total = sum(written.labelled.values())
    for language, number in sorted(written.labelled.items()):
        if number < SMALL * total:
            others = ",".join(sorted(set(written.labelled) - {language}))
            yield (
                f"only {number} of {total} labelled messages are in {language}: if the desk does not, "
                f"import again with --languages {others}"
            )


def _kind(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {what.removeprefix(prefix): n for what, n in counts.items() if what.startswith(prefix)}
