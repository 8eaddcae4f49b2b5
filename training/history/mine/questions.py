"""Dialogues → the customers' questions that can be understood by themselves.

Asked for the first time in a dialogue or anew later on; left out are greetings and thanks, what names no
matter ("can you help me?"), answers to the agent ("HB-2048817", "the blue one") and what only goes on with
what was said ("and to Canada?", 那周末呢).

Not covered: a follow-up that looks like a question of its own ("how long does it take?" after an answer on
refunds) is taken for one, and a very short question of its own may be left out.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.no_matter import is_bare, states_no_matter
from bot.redaction import mask
from bot.reference_numbers import ReferenceNumbers
from data.errors import DeskError
from data.fold import fold
from retrieval.keywords import word_count

SHORT = 5  # words; two Chinese characters count as one
LONGEST = 1000  # characters of a question that are read
SPEAKERS = ("customer", "agent", "bot")
_MASKED = re.compile(r"\[[a-z_]+\]")
_PLEASANT = re.compile(
    r"\b(?:hi|hey|hello|hiya|howdy|good (?:morning|afternoon|evening|day|night)|morning|afternoon"
    r"|evening|dear"
    r"|sir|madam|team|all|everyone|anyone there|anybody there|is (?:any(?:one|body)|someone) (?:there"
    r"|here)|you there"
    r"|thanks?|thank you|thx|ty|cheers|ta|much appreciated|appreciated?|you(?:'?re| are| have been"
    r"|'ve been)?"
    r"|(?:a )?(?:legend|star|gem|angel|life ?saver)|so|very|much|again|a lot|lots|loads|many"
    r"|for (?:that|this"
    r"|(?:your|the|all the) (?:help|time|patience|reply|answer|info))|bye+|goodbye|see (?:you|ya)"
    r"|take care|later"
    r"|have a (?:nice|good|great|lovely) (?:day|one|evening|weekend|time)|that(?:'?s| is)? (?:all|it"
    r"|great|perfect"
    r"|fine|good|clear|helpful|everything)|ok(?:ay)?|k|yes|yeah|yep|no|nope|sure|fine|great|perfect"
    r"|brilliant|lovely"
    r"|awesome|cool|nice|good|super|excellent|wonderful|amazing|got it|i see|understood|right|alright"
    r"|will do|noted"
    r"|and|then|well|oh|ah|please|now|just|for now|i(?:'?m| am)|there|the)\b"
    r"|你们?好呀?|您好|哈喽|哈囉|嗨|早上好|上午好|下午好|晚上好|早安|晚安|在吗|在嗎|在不在|有人[吗嗎在]?|亲|客服|小姐姐|小哥哥"
    r"|谢谢|謝謝|多谢|感谢|感謝|辛苦了?|麻烦了?|麻烦你们?|非常|十分|太|了|啦|你们?|您|再见|再見|拜拜|拜|回头见|祝|顺利|愉快"
    r"|生活|工作|好的?|好嘞|行|可以|嗯+|哦+|噢|喔|知道|明白|懂|收到|清楚|没事|没问题|不用|没有|是的?|对的?|那|就|这样|先|呀|啊|哈+|呢|吧|的",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:and|but|so|then|or|also|what about|how about|what if|why not|why|really|ok(?:ay)?,? (?:and|but"
    r"|so)|even"
    r"|那|那么|所以|可是|但是?|还有|然后|如果|要是|为什么|为啥|真的|是不是|就是)(?![a-z])",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|it's|this|these|they|them|that|that's|those|one|he|she|him|her|there)\b|[它他她这那]",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\?|？|\b(?:send|give|tell|share|provide|let me have|may i have|could i have)\b.*\b(?:number"
    r"|photos?|pictures?|name|address"
    r"|e-?mail|details|code)\b|请(?:您)?(?:把|先)?(?:发|提供|告诉|说|留|上传|补充)|发一下|是哪|哪一?[单个件款]",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|？|\b(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|should|any)\b"
    r"|吗|嗎|呢|怎么|怎麼|如何|什么|什麼|哪|多少|多久|几|能不能|可不可以|是否|有没有",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """A customer turn that asks something by itself: which, of which dialogue, and its masked text."""

    dialogue: int  # row in what was read
    turn: int
    language: str
    text: str


def read_unlabelled(folder: Path) -> list[dict[str, Any]]:
    """Return FOLDER/dialogues/*.jsonl, texts masked; raises DeskError naming file and line."""
    dialogues = []
    for file in sorted((folder / "dialogues").glob("*.jsonl")):
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            try:
                dialogues.append(_masked(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DeskError(
                    f"{file}, line {number}: {error!r}; wanted is a dialogue as docs/mining.md describes it"
                ) from error
    if not dialogues:
        raise DeskError(
            f"{folder / 'dialogues'} holds no dialogues (*.jsonl); "
            "`python -m training.history import` makes them"
        )
    return dialogues


def questions_of(
    dialogues: Iterable[dict[str, Any]], numbers: ReferenceNumbers
) -> tuple[list[Question], Counter[str]]:
    """Return the questions as they were asked, and how many customer turns are none, by reason."""
    found, left_out = [], Counter[str]()
    for row, dialogue in enumerate(dialogues):
        for turn, text, reason in judged_turns(dialogue, numbers):
            if reason:
                left_out[reason] += 1
            else:
                found.append(Question(row, turn, dialogue["language"], text[:LONGEST]))
    return found, left_out


def judged_turns(dialogue: dict[str, Any], numbers: ReferenceNumbers) -> Iterator[tuple[int, str, str]]:
    """Yield each customer turn's number and text, and why it is no question; "" where it is one."""
    asked, said = False, ""  # whether something was asked before, and what the agent said last
    for number, turn in enumerate(dialogue["turns"]):
        if turn["speaker"] != "customer":
            said = turn["text"]
            continue
        reason = _says_nothing(turn["text"], numbers) or (
            _leans(turn["text"], said, numbers) if asked else ""
        )
        asked = asked or not reason
        yield number, turn["text"], reason


def _says_nothing(text: str, numbers: ReferenceNumbers) -> str:
    """Return why a text names no matter, whatever came before."""
    plain = fold(_MASKED.sub(" ", text))
    for order in reversed(numbers.find(plain)):
        plain = plain[: order.start] + " " + plain[order.end :]
    if not word_count(plain):
        return "number"
    if word_count(_PLEASANT.sub(" ", plain)) <= (1 if word_count(plain) > 1 else 0):
        return "pleasantry"
    if is_bare(plain) or states_no_matter(plain):
        return "no_matter"
    return ""


def _leans(text: str, said: str, numbers: ReferenceNumbers) -> str:
    """Return why a text that comes after a question means little without what was said."""
    plain = fold(_MASKED.sub(" ", text))
    count = word_count(plain)
    if (
        count <= 2 * SHORT
        and _ASKED.search(said)
        and not _ASKS.search(plain)
        and count <= (SHORT if not numbers.find(text) else 2 * SHORT)
    ):
        return "answer"
    if count <= SHORT and (_GOES_ON.match(plain) or (_POINTS.search(plain) and count < SHORT)):
        return "follow_up"
    return ""


def _masked(dialogue: dict[str, Any]) -> dict[str, Any]:
    """Return a dialogue with personal data masked again: not every folder comes from `import`."""
    if not isinstance(dialogue["id"], str) or not isinstance(dialogue["language"], str):
        raise ValueError("id and language must be texts")
    turns = []
    for turn in dialogue["turns"]:
        if turn["speaker"] not in SPEAKERS:
            raise ValueError(f"speaker {turn['speaker']!r} is none of {', '.join(SPEAKERS)}")
        turns.append({**turn, "text": mask(turn["text"])[0].strip()})
    return {**dialogue, "turns": turns}
