"""Draws conversations at random, as a desk's log would hold them: the same seed, the same log."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from data.desk import Desk
from tests.bench.customers import MOODS, Judged, Message, Replies

ACCEPT_AT = {"en": 0.56, "zh": 0.52}
REFUSE_BELOW = {"en": 0.34, "zh": 0.31}
DIALOGUES = (2, 3, 3, 4, 4, 5, 5, 6)  # of the history, of which one conversation is made
HOURS = np.array(
    [2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 19, 16, 17, 18, 18, 17, 16, 15, 16, 17, 14, 9, 5], float
)
STAFF = ("amira", "ben", "chen.li", "dora", "wang.fang")
STORM = (23, 20, ("late_or_lost_parcel", "track_order"))  # days before the end; what then
RECENT = 150  # conversations that may still wait for a person
RATED, CSAT = 0.07, 0.16  # share of answers with a thumb, of conversations with a rating
ORDER = re.compile(r"\bhb[- .]?\d{7}\b", re.IGNORECASE)
OPENINGS = {"en": ("Hi, ", "Hello! ", "hey ", "Good morning, "), "zh": ("你好，", "您好，", "在吗？", "请问")}
SAID = {
    "en": (
        "Hello, I have your messages in front of me. Give me a minute to look at the order.",
        "I've checked with the warehouse: it was packed this morning and leaves today.",
        "That should not have happened, and I'm sorry. I've sent you a new one, free of charge.",
        "The refund is on its way; your bank usually takes three to five days to show it.",
        "I've changed the address. You'll get a new confirmation by e-mail in a few minutes.",
        "Could you send me a photo of the label? Then I can open a claim with the carrier.",
        "You're all set. Is there anything else I can do for you?",
    ),
    "zh": (
        "您好，您前面的消息我都看到了，我查一下订单，请稍等。",
        "我跟仓库确认过了，今早已经打包，今天发出。",
        "这次是我们的问题，非常抱歉，我已经给您补发一件，不收任何费用。",
        "退款已经办好，一般三到五天到账，具体看银行。",
        "地址已经改好，几分钟内会给您发新的确认邮件。",
        "方便拍一张面单的照片吗？我好向快递公司申请理赔。",
        "都处理好了，您看还有其他需要帮忙的吗？",
    ),
}  # fmt: skip
NOTES = (
    "Second time this week, be generous.", "Carrier confirms the parcel is lost, claim 88213 is open.",
    "老客户，先安抚，再补发。", "仓库说明天上午补货，记得回访。", "Wants a call back after 6 pm.",
)  # fmt: skip
REASONS = {
    "en": ("not what I asked", "too vague", "wrong", "I already did that", "where is a human"),
    "zh": ("答非所问", "太笼统了", "不对", "我已经试过了", "没解决问题"),
}


@dataclass
class Logged:
    """The rows of one conversation; a turn's `message` is its place among the messages, not a column."""

    conversation: dict[str, Any]
    turns: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)


class Log:
    """A desk's messages and what is made of them, to draw conversations from."""

    def __init__(
        self,
        desk: Desk,
        messages: Sequence[Message],
        judged: Sequence[Judged],
        dialogues: list[list[int]],
        seed: int,
    ) -> None:
        self._desk = desk
        self._messages = messages
        self._judged = judged
        self._replies = Replies(desk)
        self._rng = np.random.default_rng(seed)
        self._dialogues = {
            language: [d for d in dialogues if d and messages[d[0]].language == language]
            for language in desk.languages
        }
        self._angry = {
            language: [d for d in given if any(self._is_stormy(messages[m]) for m in d)]
            for language, given in self._dialogues.items()
        }

    def conversations(self, number: int, days: int, until: datetime) -> Iterator[Logged]:
        """Yield conversations by the time they began; a wave of late parcels shows three weeks ago."""
        offsets = self._rng.triangular(0, days, days, number).astype(int)  # the desk grows
        hours = self._rng.choice(24, number, p=HOURS / HOURS.sum())
        first = (until - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        first = first.replace(hour=0)
        starts = [
            first + timedelta(days=int(day), hours=int(hour), seconds=int(second))
            for day, hour, second in zip(offsets, hours, self._rng.integers(0, 3600, number), strict=True)
        ]
        starts = sorted(s for s in starts if s < until)
        for place, started in enumerate(starts, 1):
            yield self._conversation(started, until, recent=place > len(starts) - RECENT)

    def _conversation(self, started: datetime, until: datetime, recent: bool) -> Logged:
        rng = self._rng
        language = "zh" if rng.random() < 0.48 else "en"
        age = (until - started) / timedelta(days=1)
        stormy = STORM[0] >= age >= STORM[1] and rng.random() < 0.4
        pool = self._angry[language] if stormy and self._angry[language] else self._dialogues[language]
        said = [m for n in rng.integers(0, len(pool), rng.choice(DIALOGUES)) for m in pool[n]]
        session = rng.bytes(16).hex()
        logged = Logged({
            "session": session, "desk": self._desk.id, "owner": "bot", "person": None, "waiting_since": None,
            "closed": None, "csat": None, "memory": {"language": language},
            "started": started, "updated": started,
        })  # fmt: skip
        at, misses = started, 0
        for number, message in enumerate(said, 1):
            row = self._turn(session, number, at, message, misses)
            misses = misses + 1 if row["route"] in ("refuse", "clarify") else 0
            logged.turns.append(row)
            logged.conversation["updated"] = at
            self._rate(logged, row)
            at += timedelta(seconds=int(rng.integers(15, 240)))
            if row["route"] == "handoff" and rng.random() < 0.5:
                self._hand_over(logged, language, at, recent)
                break
        if rng.random() < CSAT:
            logged.conversation["csat"] = self._stars(logged)
        return logged

    def _turn(self, session: str, number: int, at: datetime, place: int, misses: int) -> dict[str, Any]:
        rng, message, found = self._rng, self._messages[place], self._judged[place]
        language = message.language
        order = f"HB-{rng.integers(1_000_000, 9_999_999)}"
        text = ORDER.sub(order, message.text)
        if number == 1 and rng.random() < 0.25:
            text = str(rng.choice(OPENINGS[language])) + text
        route, reason, intent = self._decided(found, order if order in text else None, language, misses)
        confidences = {g["id"]: g["confidence"] for g in found.intents}
        best = max(confidences.values(), default=0.0)
        passages = self._passages(route, intent, language)
        named = [] if order not in text else [_entity(order, text)]
        return {
            "message": place, "session": session, "number": number, "at": at, "text": text,
            "language": language, "intent": intent if route not in ("clarify", "search") else None,
            "confidence": confidences.get(intent or "", best), "route": route, "reason": reason,
            "reply": self._reply(route, reason, intent, language, order), "release": _release(at),
            "ms": round(float(rng.gamma(6, 3.4)), 2),
            "details": {
                "intents": found.intents,
                "requests": [{"id": intent, "confidence": confidences[intent]}]
                if intent in confidences and route not in ("clarify", "search") else [],
                "entities": named,
                "sentiment": round(float(np.clip(rng.normal(MOODS[message.mood], 0.18), -1, 1)), 3),
                "in_scope": found.in_scope,
                "accept_at": ACCEPT_AT[language], "refuse_below": REFUSE_BELOW[language],
                "examples": found.examples, "passages": passages,
                "quick_replies": [self._replies.title(g["id"], language) for g in found.intents[1:3]],
                "masked": ["phone"] if "[phone]" in text else [],
            },
        }  # fmt: skip

    def _decided(
        self, found: Judged, order: str | None, language: str, misses: int
    ) -> tuple[str, str, str | None]:
        """Return route, reason and intent, by the rules that matter most."""
        if found.in_scope < REFUSE_BELOW[language] or not found.intents:
            return ("handoff", "not_understood_twice", None) if misses else ("refuse", "out_of_scope", None)
        best = found.intents[0]
        intent = self._desk.intents[best["id"]]
        if best["confidence"] < ACCEPT_AT[language]:
            if misses:
                return "handoff", "not_understood_twice", None
            quotes = best["confidence"] < 0.25
            return (
                ("search", "passage_found", intent.id)
                if quotes
                else ("clarify", "several_intents_likely", intent.id)
            )
        if intent.kind == "human":
            asked = intent.id == "human_agent"
            return "handoff", "asked_for_a_person" if asked else "a_matter_for_people", intent.id
        if intent.kind == "social":
            return "social", "small_talk", intent.id
        if intent.slots and order is None and self._rng.random() < 0.5:
            return "ask_slot", "slot_missing", intent.id
        return "answer", "slot_filled" if intent.slots else "intent_accepted", intent.id

    def _reply(self, route: str, reason: str, intent: str | None, language: str, order: str) -> str:
        number = int(self._rng.integers(0, 12))
        if route == "ask_slot":
            return self._replies.ask_slot("order_number", language)
        if reason == "not_understood_twice":
            return self._replies.answer("system.two_misses", language, {}, number)
        if route in ("refuse", "clarify", "search"):
            said = self._passages(route, intent, language)
            snippet = said[0]["text"] if said else self._replies.title("human_agent", language)
            return self._replies.answer(f"system.{route}", language, {"snippet": snippet}, number)
        return self._replies.answer(intent or "human_agent", language, {"order.number": order}, number)

    def _passages(self, route: str, intent: str | None, language: str) -> list[dict[str, Any]]:
        if intent is None or route not in ("answer", "ask_slot", "search"):
            return []
        return self._replies.passages(intent, language, float(self._rng.uniform(0.5, 0.85)))

    def _rate(self, logged: Logged, row: dict[str, Any]) -> None:
        rng = self._rng
        if rng.random() >= RATED:
            return
        helpful = bool(rng.random() < (0.35 if row["route"] in ("refuse", "clarify", "search") else 0.8))
        reason = None if helpful or rng.random() < 0.5 else str(rng.choice(REASONS[row["language"]]))
        logged.feedback.append({
            "session": row["session"], "number": row["number"], "helpful": helpful, "reason": reason,
            "at": row["at"] + timedelta(seconds=9),
        })  # fmt: skip

    def _stars(self, logged: Logged) -> int:
        missed = sum(t["route"] in ("refuse", "clarify") for t in logged.turns)
        moods = [t["details"]["sentiment"] for t in logged.turns]
        return int(np.clip(round(self._rng.normal(4.5 - 0.8 * missed + np.mean(moods), 0.8)), 1, 5))

    def _hand_over(self, logged: Logged, language: str, at: datetime, recent: bool) -> None:
        """Let a person take over; some recent conversations still wait, or are just being answered."""
        rng, state = self._rng, logged.conversation
        state["waiting_since"], state["updated"] = at, at
        if recent and rng.random() < 0.4:
            state["owner"] = "waiting"
            return
        person = str(rng.choice(STAFF))
        self._remark(logged, "claimed", person, at := at + timedelta(minutes=int(rng.integers(1, 40))))
        if rng.random() < 0.2:
            self._remark(logged, "note", person, at + timedelta(seconds=40), str(rng.choice(NOTES)))
        for _ in range(rng.integers(1, 4)):
            at += timedelta(seconds=int(rng.integers(40, 400)))
            self._remark(logged, "reply", person, at, str(rng.choice(SAID[language])))
        state["waiting_since"], state["updated"] = None, at
        if recent and rng.random() < 0.5:
            state["owner"], state["person"] = "person", person
            return
        closed = rng.random() < 0.8
        self._remark(logged, "closed" if closed else "given_back", person, at + timedelta(seconds=30))
        state["closed"] = at + timedelta(seconds=30) if closed else None

    def _remark(self, logged: Logged, kind: str, author: str, at: datetime, text: str = "") -> None:
        logged.remarks.append({
            "session": logged.conversation["session"], "after": len(logged.turns), "author": author,
            "kind": kind, "text": text, "at": at,
        })  # fmt: skip

    @staticmethod
    def _is_stormy(message: Message) -> bool:
        return message.mood in ("angry", "unhappy") and message.label in STORM[2]


def _entity(order: str, text: str) -> dict[str, Any]:
    start = text.index(order)
    return {"type": "order_number", "text": order, "value": order, "start": start, "end": start + len(order)}


def _release(at: datetime) -> str:
    """Return the release of that week."""
    monday = at.astimezone(UTC) - timedelta(days=at.weekday())
    return f"{monday:%Y%m%d}-01"
