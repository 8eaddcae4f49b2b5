"""What more than one test module needs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import Engine

from data.database import open_database
from data.desk import Desk, load_desk
from data.settings import PREFIX, Settings
from training.benchmark.code_version import digest, sources
from training.publish import publish

SHOP = Path(__file__).parent.parent / "data" / "shop"
SMALL_DESK = {
    "desk.yaml": """\
id: kiosk
name: {en: Kiosk, zh: 小店}
languages: [en, zh]
accent: "#2f6f5e"
timezone: Asia/Shanghai
hours: {days: [0, 1, 2, 3, 4], opens: "09:00", closes: "18:00"}
facts:
  return_days: {en: "30 days", zh: "30 天"}
  service_email: kiosk@example.com
slots:
  order_number: {example: HB-1000001, ask: {en: "Which order?", zh: "哪一单？"}}
order_status:
  shipped: {en: on its way, zh: 已发货}
connectors:
  orders: {kind: jsonl, path: orders.jsonl}
""",
    "intents.yaml": """\
- {id: return_item, kind: act, slots: [order_number], title: {en: Return it, zh: 退货}, means: {en: r}}
- {id: greeting, kind: social, title: {en: Hello, zh: 你好}, means: {en: hello, zh: 打招呼}}
""",
    "templates/return_item.yaml": """\
- id: return_item.known
  when: {order: known}
  en: "Order {order.number} can go back within {fact.return_days}."
  zh: "订单 {order.number} 可在 {fact.return_days}内退。"
- id: return_item.unknown
  when: {order: unknown}
  en: "Write to {fact.service_email}."
  zh: "请写信到 {fact.service_email}。"
  next: [greeting]
""",
    "templates/greeting.yaml": """\
- {id: greeting.one, en: "Hello.", zh: "您好。"}
""",
    "templates/_system.yaml": """\
- {id: system.refuse, en: "I cannot help with that.", zh: "这个我帮不上。"}
""",
    "knowledge/en/returns.md": """\
---
id: returns
title: Returns
intents: [return_item]
---
You have {fact.return_days}.

## The steps
Pack it.

Send it.
""",
    "knowledge/zh/returns.md": """\
---
id: returns
title: 退货
intents: [return_item]
---
您有 {fact.return_days}。

## 步骤
打包寄出。
""",
    "dialogues/en.jsonl": """\
{"id": "en-1", "language": "en", "turns": [\
{"speaker": "customer", "text": "hi there", "intents": ["greeting"], "mood": "happy"}, \
{"speaker": "agent", "text": "Hello."}, \
{"speaker": "customer", "text": "send it back", "intents": ["return_item", "greeting"], "mood": "unhappy"}]}
{"id": "en-2", "language": "en", "turns": [\
{"speaker": "customer", "text": "hi there", "intents": [], "mood": "angry"}, \
{"speaker": "customer", "text": "tomorrow", "intents": ["return_item"], "mood": "neutral", \
"standalone": false}, \
{"speaker": "customer", "text": "sing to me", "intents": [], "mood": "neutral"}]}
""",
    "dialogues/zh.jsonl": """\
{"id": "zh-1", "language": "zh", "turns": [\
{"speaker": "customer", "text": "我要退货", "intents": ["return_item"], "mood": "neutral"}]}
""",
}  # fmt: skip


LONG = ("tests/training/nightly/", "tests/training/", "tests/browser/")  # folders with the longest tests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put one file first that needs the shop's release, and next what needs none.

    So that one worker builds it while the others have something to do. Among like files long ones come first,
    so that at the end no worker is left with one.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    need = {file for file, of in files.items() if any("home" in getattr(i, "fixturenames", ()) for i in of)}

    def rank(file: str) -> tuple[bool, int]:
        return file in need, next((n for n, folder in enumerate(LONG) if file.startswith(folder)), len(LONG))

    ranked = sorted(files, key=rank)
    builds = next((file for file in ranked if file in need), None)
    ranked.sort(key=lambda file: file != builds)
    items[:] = [item for file in ranked for item in files[file]]


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.upper().startswith(PREFIX)]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def desk() -> Desk:
    return load_desk(SHOP)


@pytest.fixture
def small_desk(tmp_path: Path) -> Path:
    """The folder of a desk that is small enough to know by heart; a test may break it."""
    folder = tmp_path / "kiosk"
    for name, content in SMALL_DESK.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return folder


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date, empty database."""
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A home with a live release of the bundled desk: built once for this code and data, then copied."""
    home = tmp_path_factory.mktemp("home")
    kept = pytestconfig.cache.mkdir("release")  # type: ignore[union-attr]
    built = kept / _what_it_is_built_from()
    with FileLock(kept.parent / "release.lock"):
        if not built.exists():
            publish(Settings(home=home))
            shutil.rmtree(kept)
            shutil.copytree(home / "desks", kept / "half")
            (kept / "half").rename(built)
            return home
    shutil.copytree(built, home / "desks")
    return home


def _what_it_is_built_from() -> str:
    """Return a digest of the code that builds a release, of the desk, the encoder and the packages."""
    shipped = [
        f
        for folder in (SHOP, SHOP.parent.parent / "retrieval")
        for f in folder.rglob("*.*")
        if f.suffix != ".pyc"
    ]
    packages = SHOP.parent.parent / "constraints.txt"
    return digest(sorted({*sources(["training.publish"]), *shipped, packages}))
