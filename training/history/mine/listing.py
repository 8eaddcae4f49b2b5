"""A draft in the terminal: one line a topic, or one topic with all that speaks for it."""

from collections.abc import Sequence
from typing import Any

from data.night.topics import Topic


def listing(draft: dict[str, Any], topics: Sequence[Topic]) -> str:
    """Return a line for each topic: state, size, name, and a typical question."""
    groups = {g["id"]: g for g in draft["groups"]}
    return "\n".join(_line(topic, groups[topic.group]) for topic in topics if topic.group in groups)


def shown(draft: dict[str, Any], topic: Topic, answer: dict[str, str]) -> str:
    """Return all that is known of one topic."""
    group = next(g for g in draft["groups"] if g["id"] == topic.group)
    lines = [_line(topic, group), ""]
    lines += [f"title {la}: {text}" for la, text in topic.title.items()]
    lines += [f"answer {la}: {text}" for la, text in answer.items()] or ["no answer found"]
    if old := group["existing"]:
        lines.append(
            f"like the intent {old['intent']}: {old['share']:.0%} of its questions, {old['similarity']} alike"
        )
    lines += [
        "",
        f"{group['size']} questions in {group['dialogues']} dialogues, "
        f"{group['order_numbers']:.0%} name an order",
    ]
    lines += [f"  {e['language']}  {e['text']}" for e in group["examples"]]
    lines += ["", "replies"]
    lines += [f"  {r['language']}  {_evidence(r)}: {r['template']}" for r in group["replies"]]
    return "\n".join(lines)


def _line(topic: Topic, group: dict[str, Any]) -> str:
    goes = f" → {topic.into}" if topic.into else ""
    words = " ".join(word for own in group["words"].values() for word in own[:3])
    return f"{topic.group}  {topic.state:8}  {group['size']:6}  {topic.id}{goes}  · {words}"


def _evidence(reply: dict[str, Any]) -> str:
    said = [f"{reply['replies']} say so", f"{reply['solved']:.0%} solved"]
    said += [f"{reply['agents']} agents"] if reply["agents"] else []
    said += [f"rated {reply['rating']}"] if reply["rating"] else []
    return ", ".join(said)
