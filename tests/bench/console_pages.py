"""What each page of the staff console asks of the server, as its script does, for `tests.bench.console`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

API = "/staff/api/"
FILES = ("days", "intents", "topics", "reasons", "languages", "releases", "questions", "alerts", "turns")
ASKED = {"en": "where is my parcel, it should have been here on Monday", "zh": "我的快递什么时候到"}


@dataclass(frozen=True)
class Question:
    """One thing that is asked, and what puts everything back for the next round, untimed."""

    what: str
    ask: Callable[[], Any]
    after: Callable[[], Any] = field(default=lambda: None)


class Visitor:
    """Somebody signed in to the console; what the server refuses ends the measurement."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str, **query: Any) -> Any:
        asked = {name: value for name, value in query.items() if value is not None}
        return self._read(self.client.get(API + path, params=asked))

    def post(self, path: str, **body: Any) -> Any:
        return self._read(self.client.post(API + path, json=body))

    def first_bytes(self, path: str, **query: Any) -> bytes:
        """Return what of a file comes first, and let the rest be."""
        with self.client.stream("GET", API + path, params=query) as response:
            response.raise_for_status()
            return next(response.iter_bytes(), b"")

    @staticmethod
    def _read(response: httpx.Response) -> Any:
        response.raise_for_status()
        return response.json() if "json" in response.headers.get("content-type", "") else response.content


def frame(visitor: Visitor) -> Iterator[Question]:
    yield Question("the page itself", lambda: visitor.client.get("/staff/").raise_for_status())
    yield Question("who is signed in", lambda: visitor.get("me", language="zh"))


def inbox(visitor: Visitor) -> Iterator[Question]:
    lists = visitor.get("inbox")
    session = lists["waiting"][0]["session"]
    version = visitor.get(f"inbox/{session}")["version"]
    yield Question("lists", lambda: visitor.get("inbox"))
    yield Question("count", lambda: visitor.get("inbox/count"))
    yield Question("a conversation", lambda: visitor.get(f"inbox/{session}", language="en"))
    yield Question("nothing new in it", lambda: visitor.get(f"inbox/{session}", version=version))
    yield Question("suggestions", lambda: visitor.get(f"inbox/{session}/suggestions"))
    yield Question(
        "claim, note, give back",
        lambda: [
            visitor.post(f"inbox/{session}/claim"),
            visitor.post(f"inbox/{session}/note", key=uuid4().hex, text="Second time this week. 老客户。"),
            visitor.post(f"inbox/{session}/give_back", key=uuid4().hex),
        ],
    )


def conversations(visitor: Visitor) -> Iterator[Question]:
    newest = visitor.get("conversations")["hits"][0]
    last = datetime.fromisoformat(newest["at"]).date()
    week = {
        "from": (last - timedelta(days=150)).isoformat(),
        "to": (last - timedelta(days=144)).isoformat(),
    }
    day = dict.fromkeys(("from", "to"), (last - timedelta(days=20)).isoformat())
    wanted: dict[str, dict[str, Any]] = {
        "everything": {},
        "退款": {"words": "退款"},
        "订单": {"words": "订单"},
        "refund": {"words": "refund"},
        "order": {"words": "order"},
        "退款多久到账": {"words": "退款多久到账"},
        "HB 退款": {"words": "HB 退款"},
        "an order's number": {"words": "HB-2048817"},
        "nothing has it": {"words": "zebra crossing"},
        "a rare reason": {"reason": "injury"},
        "order, a rare reason": {"words": "order", "reason": "injury"},
        "handed over": {"route": "handoff"},
        "unhappy": {"mood": "negative"},
        "unhappy about refunds, a day": {**day, "mood": "negative", "intent": "get_refund"},
        "refund, unhappy, thumb down": {"words": "refund", "mood": "negative", "thumb": "false"},
        "thumb down": {"thumb": "false"},
        "rated 1": {"csat": 1},
        "order, rated 1": {"words": "order", "csat": 1},
        "waiting": {"owner": "waiting"},
        "with a person": {"owner": "person"},
        "with the bot, an intent": {"owner": "bot", "intent": "get_invoice"},
        "no intent, Chinese": {"intent": "none", "language": "zh"},
        "unsure": {"least": 0.3, "most": 0.32, "language": "zh"},
        "a week long ago": week,
        "a week long ago, 退款": {**week, "words": "退款"},
        "a week long ago, rated 1": {**week, "csat": 1},
    }
    for name, query in wanted.items():
        yield Question(f"find: {name}", lambda query=query: visitor.get("conversations", **query))  # type: ignore[misc]
        yield Question(f"count: {name}", lambda query=query: visitor.get("conversations/count", **query))  # type: ignore[misc]
    far = visitor.get("conversations")["next"]
    yield Question("find: older", lambda: visitor.get("conversations", before=far and far // 2))
    yield Question("find: 退款, older", lambda: visitor.get("conversations", words="退款", before=far // 2))
    read = f"conversations/{newest['session']}"
    yield Question("a transcript", lambda: visitor.get(read))
    yield Question("words that mattered", lambda: visitor.get(f"{read}/{newest['number']}/words"))
    yield Question("what to filter by", lambda: visitor.get("conversations/choices"))


def review(visitor: Visitor) -> Iterator[Question]:
    group = visitor.post("review/next")["group"]
    number, turn = group["id"], group["messages"][0]["turn"]
    yield Question("queue", lambda: visitor.get("review/queue"))
    yield Question("next", lambda: visitor.post("review/next"))
    yield Question("open", lambda: visitor.post("review/open", group=number))
    yield Question("more messages", lambda: visitor.get(f"review/groups/{number}/messages", after=50))
    yield Question("what was said around", lambda: visitor.get(f"review/turns/{turn}/around"))
    yield Question("answers to link", lambda: visitor.get("review/answers", q="refund", language="en"))

    def verdict() -> Any:
        return visitor.post("review/verdict", group=number, kind="right")

    def undo() -> Any:
        return visitor.post("review/undo")

    def again() -> None:
        visitor.post("review/open", group=number)

    yield Question(f"verdict on {group['open']:,}", verdict, undo)
    verdict()
    yield Question("undo", undo, lambda: [again(), verdict()])
    yield Question("tonight", lambda: visitor.get("review/tonight"))
    undo()
    visitor.post("review/release", groups=[number])


def answers(visitor: Visitor) -> Iterator[Question]:
    items = visitor.get("answers")["items"]
    path = next(f"answers/template/{i['id']}" for i in items if i["id"].startswith("thanks."))
    shown = visitor.get(path)
    content, base = shown["content"], shown["version"]
    edited = {**content, "texts": {**content["texts"], "en": content["texts"]["en"] + " Have a good day."}}
    subject = {"kind": "template", "id": shown["id"]}
    yield Question("overview", lambda: visitor.get("answers"))
    yield Question("one", lambda: visitor.get(path))
    yield Question("check", lambda: visitor.post("answers/check", **subject, content=edited))

    def save() -> None:
        nonlocal base
        base = visitor.post(path, content=edited, base=base)["version"]

    yield Question("save", save)
    for language, text in ASKED.items():
        yield Question(f"try, {language}", lambda text=text: visitor.post("answers/try", text=text))  # type: ignore[misc]
    visitor.post(f"{path}/restore", version=0, base=base)


def insights(visitor: Visitor) -> Iterator[Question]:
    for days in (7, 30, 90):
        yield Question(f"{days} days", lambda days=days: visitor.get("insights", days=days))  # type: ignore[misc]
    yield Question("90 days, Chinese", lambda: visitor.get("insights", days=90, language="zh"))
    yield Question("a topic", lambda: visitor.get("insights/topic", days=90, intent="get_refund"))
    yield Question("questions", lambda: visitor.get("insights/questions", days=90))
    yield Question(
        "questions, an intent", lambda: visitor.get("insights/questions", days=90, intent="get_refund")
    )
    for name in FILES:
        path = f"insights/export/{name}.csv"
        yield Question(f"{name}.csv begins", lambda path=path: visitor.first_bytes(path, days=90))  # type: ignore[misc]


def releases(visitor: Visitor) -> Iterator[Question]:
    live = visitor.get("releases")["live"]
    yield Question("list", lambda: visitor.get("releases"))
    yield Question("one", lambda: visitor.get(f"releases/{live}", against=live))


PAGES: dict[str, Callable[[Visitor], Iterator[Question]]] = {
    "frame": frame,
    "inbox": inbox,
    "conversations": conversations,
    "review": review,
    "answers": answers,
    "insights": insights,
    "releases": releases,
}
