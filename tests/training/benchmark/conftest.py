"""A set of written messages, small enough to read, and one benchmark of it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from training.benchmark.benchmark import Benchmark
from training.benchmark.measured import FRONTDESK, measure_here
from training.benchmark.recognizer import Options
from training.benchmark.split import Message, Split, cautions

WRITTEN = {
    "track": [
        "where is my parcel", "has my order left the warehouse yet", "when will the lamp arrive",
        "my package has not come", "the tracking page shows nothing", "is my delivery on its way",
        "how long until the courier brings it", "still waiting for my order", "can you see where my tent is",
        "the parcel is stuck somewhere", "which day will my shoes be delivered", "track my order please",
        "我的快递到哪了", "包裹怎么还没到", "什么时候能送到", "物流一直不更新", "帮我查一下快递",
        "还没发货吗", "货到哪里了", "我的帐篷几天能到", "快递卡住不动了", "想知道订单现在到哪了",
        "怎么还不派送", "灯什么时候到",
    ],
    "return": [
        "i want to send it back", "how do i return these shoes", "may i give the lamp back",
        "please take the tent back", "i changed my mind and want to return it", "return this item",
        "can the pan go back to you", "i would like to return my order", "where do i send returns",
        "these do not fit, i want to send them back", "is it too late to return it", "start a return for me",
        "我要退货", "这个灯能退吗", "怎么申请退货", "鞋子不合适想退掉", "帮我退了吧", "不想要了可以退回去吗",
        "退货寄到哪里", "买错了要退", "帐篷想退", "我想把锅退回去", "现在还能退货吗", "退货怎么操作",
    ],
    "invoice": [
        "i need an invoice", "send me the receipt for tax", "can you put my company on the invoice",
        "where do i download the invoice", "the invoice has the wrong name", "please issue an invoice",
        "my accountant wants a receipt", "i never got the invoice", "invoice for order of last week",
        "can i have a vat invoice", "email me the bill please", "the receipt is missing",
        "给我开发票", "发票抬头写公司", "电子发票在哪下载", "发票名字错了", "能开专票吗", "还没收到发票",
        "上周那单要发票", "发票发到邮箱", "报销要用发票", "可以补开发票吗", "发票税号填错了", "帮忙开张发票",
    ],
}  # fmt: skip
OUT_OF_SCOPE = [
    "write me a poem", "who won the match last night", "sing a song", "what is the capital of peru",
    "solve this equation for me", "tell me a joke", "how old is the moon", "translate this into latin",
    "写一首诗", "讲个笑话", "昨晚谁赢了", "月亮多大", "秘鲁首都是哪", "唱首歌吧", "帮我解方程",
    "今天股市怎么样",
]  # fmt: skip
TESTED = 3  # of each twelve messages, the first ones


def _half(messages: list[str], test: bool) -> list[str]:
    return [m for i, m in enumerate(messages) if (i % 12 < TESTED) == test]


@pytest.fixture(scope="session")
def split() -> Split:
    """English and Chinese messages of three intents, and some out of scope."""

    def part(test: bool) -> tuple[Message, ...]:
        inside = [Message(t, intent) for intent, texts in WRITTEN.items() for t in _half(texts, test)]
        return (*inside, *(Message(t, None) for i, t in enumerate(OUT_OF_SCOPE) if (i % 4 == 0) == test))

    return Split("written → tested", "zh", part(test=False), part(test=True))


@pytest.fixture(scope="session")
def benchmark(split: Split) -> Benchmark:
    """Frontdesk with the bundled encoder, and a peer."""
    measured = tuple(measure_here(system, split, Options()) for system in (FRONTDESK, "tfidf_svm"))
    return Benchmark(split, Options(), measured, tuple(cautions(split)))


@pytest.fixture
def folder(split: Split, tmp_path: Path) -> Path:
    """The set as files: train.csv and test.jsonl, with out of scope as a label, and oos.jsonl."""
    with (tmp_path / "train.csv").open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["No", "Utterance", "Category"])
        rows.writerows([n, m.text, m.intent or "other"] for n, m in enumerate(split.train))
    inside = [{"text": m.text, "intent": m.intent} for m in split.test if m.intent]
    write_jsonl(tmp_path / "test.jsonl", inside)
    write_jsonl(tmp_path / "oos.jsonl", [{"text": m.text} for m in split.test if not m.intent])
    return tmp_path


def write_jsonl(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
