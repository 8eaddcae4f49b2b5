"""Names of a company's staff, as its dialogues tell them, and where a reply says one.

From the `agent` of turns, whole and in parts, and from what at least two messages sign with ("Kind regards,
dev.p"): `import` leaves codes for agents, but not in texts. A name is cut where a message introduces with it;
one of an `agent` is found anywhere else too, if it is written as a name is and stands where a name stands.
What only signs may be a company, so it is not found elsewhere.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from training.history.mine.closings import signature_of

LEAST_SIGNED = 2  # messages that end with a name, from which it is one
LEAST_LETTERS = 3
_ROLES = """
    admin agent assistant billing bot care centre center chat customer customers desk frontdesk help
    helpdesk manager office online operator reception sales service services staff supervisor support
    system team technical the
"""
# names that are words, too, or months
_ORDINARY = """
    amber april art august autumn bill carol chance chase christian christmas dale dawn daisy dean drew
    eve faith frank gene grace grant hazel heather holly hope iris ivy jack jade jan jasmine joy june
    lane may mark mason miles norm olive page pat penny rain ray rich rob robin rose ruby sandy sky
    stone sue summer sunny violet wade will young
"""
_POST = r"(?:在线|人工|售后|售前|高级)?(?:客服|专员|顾问|经理|主管|店长|小二|前台)"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_BEFORE = (  # what stands before a name in Chinese; 小明 in 小明星 is none
    r"(?:(?<![\u4e00-\u9fffA-Za-z])|(?<=我是)|(?<=我叫)|(?<=找)|(?<=同事)|(?<=客服)|(?<=专员)|(?<=顾问)|(?<=经理)|(?<=由)"
    r"|(?<=请)|(?<=让)|(?<=和)|(?<=跟)|(?<=与)|(?<=联系)|(?<=问)|(?<=师傅))"
)
_AFTER = (
    r"(?=$|[^\u4e00-\u9fff]|会|已|将|为您|给您|帮您|跟您|联系|处理|负责|跟进"
    r"|先生|女士|小姐|经理|老师|师傅|说|在(?:的|线|呢|这)|来(?:帮|为|处理)|确认|安排|登记|很高兴|的(?:邮箱|分机|电话))"
)
_OF = r"(?: (?:from|at|with|in) [^.!?,;:–—]{1,30})?"


@dataclass(frozen=True)
class StaffNames:
    """Names of staff: those of agents, and those that messages are signed with."""

    agents: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, dialogues: Iterable[Mapping[str, Any]]) -> "StaffNames":
        agents: set[str] = set()
        signed: Counter[str] = Counter()
        for turn in (t for d in dialogues for t in d["turns"] if t["speaker"] == "agent"):
            agents.add(str(turn.get("agent") or ""))
            signed[signature_of(turn["text"])] += 1
        often = {name for name, count in signed.items() if name and count >= LEAST_SIGNED}
        return cls(frozenset(name for agent in agents for name in _names_in(agent)), frozenset(often))

    def without_introduction(self, text: str) -> str:
        """Return a text that no longer begins with who writes it, "This is dev.p."."""
        m = self._introduction.match(text) if self._introduction else None
        return text[m.end() :].lstrip() if m else text

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text names an agent."""
        if self._anywhere:
            for m in self._anywhere.finditer(text):
                yield m.span()

    @cached_property
    def _introduction(self) -> re.Pattern[str] | None:
        names = sorted(self.agents | self.signed, key=lambda name: (-len(name), name))
        if not names:
            return None
        one = "(?:" + "|".join(map(_written, names)) + ")"
        return re.compile(
            rf"(?:(?i:this is|my name is|I['’]m|I am|you"
            rf"(?:['’]re| are) (?:chatting|speaking|talking) (?:to|with)) "
            rf"(?:{_POST} ?)?{one}{_OF}\s*[.!,，。！;–—]+(?!\w)\s*"
            rf"|{one} (?i:here|speaking){_OF}\s*[.!,，。！;:–—]+\s*"
            rf"|(?:这里是|我是|我叫|这边是)(?:{_POST})?{one}(?:{_POST})?\s*[，,。！!～~.]+\s*)"
        )

    @cached_property
    def _anywhere(self) -> re.Pattern[str] | None:
        names = sorted(self.agents, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(_standing, names))) if names else None


def _names_in(agent: str) -> set[str]:
    """Return an agent's name and its parts; none of a code, an address or a post."""
    if not agent.strip() or "@" in agent or any(c.isdigit() for c in agent):
        return set()
    whole = agent.strip()
    parts = [p for p in re.split(r"[\s._·•,()/-]+", whole) if p]
    if any(p.lower() in _ROLES.split() for p in parts):
        return set()
    found = {whole} if len(whole) > 1 and not re.fullmatch(_POST, whole) else set()
    for part in parts:
        if _HAN.fullmatch(part):
            found |= _han_parts(part)
        elif len(part) >= LEAST_LETTERS and part.isalpha():
            found.add(part[:1].upper() + part[1:])
    return found


def _han_parts(name: str) -> set[str]:
    bare = re.sub(rf"^{_POST}|{_POST}$", "", name)
    given = bare[1:] if len(bare) == 3 else bare  # 小明 of 王小明
    return {part for part in (bare, given) if len(part) >= 2}


def _written(name: str) -> str:
    """Return a pattern of a name as a person writes it: a plain one in small letters is a word."""
    exact = name if not name.islower() or not name.isalpha() or _HAN.search(name) else name.capitalize()
    return re.escape(exact.rstrip(".")) + (r"\.?" if name.endswith(".") else "")


def _standing(name: str) -> str:
    """Return a pattern of a name where a name stands."""
    if _HAN.match(name):
        return rf"{_BEFORE}{re.escape(name)}{_AFTER}"
    word = rf"(?<![A-Za-z0-9_@.'’&-]){_written(name)}(?![A-Za-z0-9_@&-]|\.\w)"
    if name.lower() not in _ORDINARY.split():
        return word
    return (
        rf"(?:(?<=\bask )|(?<=\bask for )|(?<=colleague )|(?<=colleague, )|(?<=\bname is )|(?<=\bcontact )"
        rf"|(?<=\bspeak to )|(?<=\btalk to )|(?<=\btold )){word}|{word}(?= from (?:our"
        rf"|support|sales|billing|reception|accounts)\b)"
    )
