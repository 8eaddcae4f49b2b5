"""A draft in the terminal: one line a topic, or one topic with all that speaks for it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from data.night.numbers import numbers_called
from data.night.pooled import Taken
from data.night.topics import Topic
from training.history.counted import counted

EXAMPLE = 70  # characters of a question


def listing(draft: dict[str, Any], topics: Sequence[Topic]) -> str:
    """Return two lines for each topic: state, size, name and words, and its most typical question
    in each language."""
    groups = {g["id"]: g for g in draft["groups"]}
    shown = [(topic, groups[topic.group]) for topic in topics if topic.group in groups]
    return "\n".join(line for topic, group in shown for line in (_line(topic, group), *_example(group)))


def shown(
    draft: dict[str, Any],
    topic: Topic,
    answer: dict[str, str],
    taken: Mapping[str, Taken] = MappingProxyType({}),
) -> str:
    """Return all that is known of one topic; `taken` are answers of topics that were merged into it."""
    group = next(g for g in draft["groups"] if g["id"] == topic.group)
    lines = [_line(topic, group), ""]
    lines += [f"title {la}: {text}" for la, text in topic.title.items()]
    lines += [f"answer {la}: {text}" for la, text in answer.items()]
    lines += [f"answer {la}, of {t.group}: {t.text}" for la, t in taken.items()]
    lines += [] if answer or taken else ["no answer found"]
    if old := group["existing"]:
        lines.append(
            f"like the intent {old['intent']}: {old['share']:.0%} of its questions, {old['similarity']} alike"
        )
    if old := group.get("declined"):
        near = "" if old.get("decided", True) else "to be decided: like what was "
        lines.append(
            f"{near}{old['state']} in the draft of {old['draft'][:10]} as {old['id']}: {old['share']:.0%} "
            f"of its questions, {old['similarity']} alike"
        )
    said = f"{counted(group['size'], 'question')} in {counted(group['dialogues'], 'dialogue')}"
    if share := group["order_numbers"]:
        said += f", {share:.0%} name their {numbers_called(draft, 'en')}"
    lines += ["", said]
    lines += [f"  {e['language']}  {e['text']}" for e in group["examples"]]
    lines += ["", "replies"]
    lines += [f"  {r['language']}  {_evidence(r)}: {r['template']}" for r in group["replies"]]
    return "\n".join(lines)


def _line(topic: Topic, group: dict[str, Any]) -> str:
    goes = f" → {topic.into}" if topic.into else ""
    words = " ".join(word for own in group["words"].values() for word in own[:3])
    return f"{topic.group}  {topic.state:8}  {group['size']:6}  {topic.id}{goes}  · {words}"


def _example(group: dict[str, Any]) -> list[str]:
    """Return the most typical question of each language in a line, none where a group holds no question."""
    first = {e["language"]: " ".join(e["text"].split())[:EXAMPLE] for e in reversed(group["examples"])}
    return [f"{'':24}{' · '.join(text for _, text in sorted(first.items()))}"] if first else []


def _evidence(reply: dict[str, Any]) -> str:
    said = ["1 reply says so" if reply["replies"] == 1 else f"{reply['replies']} replies say so"]
    said += [] if reply["solved"] is None else [f"{reply['solved']:.0%} solved"]
    said += [counted(reply["agents"], "agent")] if reply["agents"] else []
    said += [f"rated {reply['rating']}"] if reply["rating"] else []
    return ", ".join(said)
