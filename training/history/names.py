"""What a source calls its intents → the ids, kinds and names that a desk needs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

OUT_OF_SCOPE = "out_of_scope"
_OWN = {  # the ids that the product knows by heart, and what others call them
    "greeting": "greeting greet greetings hello hi welcome smalltalk_greet 问候 打招呼 你好",
    "goodbye": "goodbye bye farewell good_bye 再见 道别 告别",
    "thanks": "thanks thank thankyou thank_you gratitude thanking 谢谢 感谢 道谢",
    "about_bot": "about_bot bot_challenge are_you_a_bot who_are_you are_you_human 机器人吗 你是谁",
    "human_agent": (
        "human_agent human handoff handover human_handoff talk_to_human speak_to_human contact_human"
        " talk_to_agent speak_to_agent request_human request_agent live_agent contact_agent agent_transfer"
        " transfer_to_agent human_handover talk_to_a_person 转人工 人工客服 人工 找人工"
    ),
    OUT_OF_SCOPE: "out_of_scope outofscope oos nlu_fallback fallback other_topic 超出范围 无关",
}
_OWN_ID = {name: own for own, names in _OWN.items() for name in names.split()}
_REPLIES = "affirm deny affirmative negative yes no agree disagree confirm reject 是 否 肯定 否定"
ANSWERS_TO_US = frozenset(_REPLIES.split())  # a yes or no, which the bot reads from the conversation
_NOT_ID = re.compile(r"[^a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
LONGEST_ID = 40
SHORT = {"zh": 16, "en": 48}  # characters of what may stand on a button


@dataclass(frozen=True)
class Names:
    """The desk's intent of each label; "" is out of scope, and labels of `replies` mean nothing alone."""

    ids: dict[str, str]
    replies: frozenset[str]

    def intents_of(self, labels: Sequence[str]) -> list[str]:
        found = [self.ids[label] for label in labels if label not in self.replies]
        return list(dict.fromkeys(i for i in found if i))

    def labels_by_id(self) -> dict[str, list[str]]:
        """Return the labels of each intent, in the order in which the source has them."""
        by_id: dict[str, list[str]] = {}
        for label, own in self.ids.items():
            if own and label not in self.replies:
                by_id.setdefault(own, []).append(label)
        return by_id


def names_of(labels: Iterable[str]) -> Names:
    """Return an id for each label: small letters, digits and _, labels that differ only otherwise together.

    A label in another script than Latin gets a number; its title says what it is.
    """
    ids: dict[str, str] = {}
    replies = set()
    for label in labels:
        plain = _plain(label)
        own = _OWN_ID.get(plain) or _OWN_ID.get(label.strip())
        if plain in ANSWERS_TO_US or label.strip() in ANSWERS_TO_US:
            replies.add(label)
        if own == OUT_OF_SCOPE:
            ids[label] = ""
        elif own or (plain and not _HAN.search(label)):
            ids[label] = own or _id(plain)
        else:
            known = next((i for other, i in ids.items() if other.strip() == label.strip()), None)
            ids[label] = known or f"intent_{sum(i.startswith('intent_') for i in ids.values()) + 1:02}"
    return Names(ids, frozenset(replies))


def title_of(
    labels: Sequence[str], language: str, examples: Sequence[str], taken: Iterable[str] = ()
) -> str | None:
    """Return what an intent is called on a button: its label where that is in the language, else a message.

    The message is the short one that has most in common with the others. None where there is neither.
    """
    used = {title.lower() for title in taken}
    spoken = [
        t for label in labels if bool(_HAN.search(label)) == (language == "zh") and (t := _spoken(label))
    ]
    told = [*spoken, *_typical(examples, SHORT.get(language, 40))]
    return next((title for title in told if title.lower() not in used), None)


def _spoken(label: str) -> str:
    """Return a label as words: `faq/ask_shipping_cost` becomes "Shipping cost"."""
    words = " ".join(re.split(r"[_\s\-.]+", label.rsplit("/", 1)[-1])).strip()
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)
    words = re.sub(r"^(?:ask|faq|inquire|query|request) (?=\S)", "", words, flags=re.IGNORECASE)
    return words[:1].upper() + words[1:]


def _typical(examples: Sequence[str], longest: int) -> list[str]:
    short = [e for e in examples if 3 <= len(e) <= longest and "\n" not in e and "[" not in e]
    pairs = {e: {e[i : i + 2].lower() for i in range(len(e) - 1)} for e in examples}

    def like_others(example: str) -> float:
        mine = pairs[example]
        return sum(len(mine & other) / len(mine | other) for other in pairs.values() if mine | other)

    return [e.rstrip("。.!！") for e in sorted(short, key=like_others, reverse=True)]


def _plain(label: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", label.strip())
    return _NOT_ID.sub("_", spaced.lower()).strip("_")


def _id(plain: str) -> str:
    safe = plain if plain[0].isalpha() else f"intent_{plain}"
    return safe if len(safe) <= LONGEST_ID else f"{safe[: LONGEST_ID - 9]}_{crc32(safe.encode()):08x}"
