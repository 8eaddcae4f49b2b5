"""The lines of a plain transcript: which one begins a message, which one ends a conversation."""

import re
from dataclasses import dataclass

from training.history.speakers import speaker_called

_RULE = re.compile(r"(?:[-=*_#~]\s?){3,}")
_HEADING = re.compile(
    r"[#=\-*【\[]*\s*(?:(?:conversation|chat|ticket|dialog(?:ue)?|session|case)\b|会话|对话|工单)"
    r"\s*(?:id|no\.?|编号)?\s*[:：#]?\s*(?P<id>[\w\-.]{1,64})?\s*[\]】=\-*]*",
    re.IGNORECASE,
)
_TIME = (
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]\d{1,2}:\d{2}(?::\d{2})?"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?"
    r"|\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?"
)
_NAME = r"[^\s:：\[\]()（）|][^:：\[\]|\n]{0,38}?"
_LINE = re.compile(  # Customer: …, [20:11] Customer: …, Customer (20:11): …, Agent (Lena): …
    rf"(?:[\[(（]?(?P<before>{_TIME})[\])）]?\s*[-–,，|]?\s*)?(?P<name>{_NAME})\s*"
    rf"(?:[\[(（](?P<after>{_TIME})[\])）]\s*|[\[(（][^\[\]()（）]{{1,30}}[\])）]\s*)?[:：]\s*(?P<text>.*)",
    re.IGNORECASE,
)
_ABOVE = re.compile(  # a name and a time above the message, as chat programs save it
    rf"(?P<name>{_NAME})\s+(?P<after>{_TIME})|(?P<before>{_TIME})\s+(?P<called>{_NAME})", re.IGNORECASE
)


@dataclass(frozen=True)
class Said:
    """A line that begins a message: who speaks, the time beside the name or "", and what follows."""

    who: str
    told: str
    text: str


def said_in(line: str) -> Said | None:
    """Return what a line may begin; whether its name is somebody's is not looked at."""
    for pattern in (_ABOVE, _LINE):
        if found := pattern.fullmatch(line.strip()):
            parts = found.groupdict()
            who = (parts.get("name") or parts.get("called") or "").strip()
            return Said(who, parts.get("before") or parts.get("after") or "", parts.get("text") or "")
    return None


def heading_of(line: str) -> str | None:
    """Return the id that a line between conversations gives, "" if it gives none; None for other lines."""
    line = line.strip()
    if _RULE.fullmatch(line):
        return ""
    heading = _HEADING.fullmatch(line)
    if heading and not speaker_called(re.split("[:：]", line)[0]):
        return heading["id"] or ""
    return None
