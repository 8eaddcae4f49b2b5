"""Dialogues without labels → mine → accept → publish → a bot that answers."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.pipeline import Bot
from data.database import open_database
from data.desk import load_desk
from data.log.conversations import Conversations
from data.night.questions import read_questions
from data.night.topics import decide, read_draft, read_topics
from data.settings import Settings
from tests.conftest import SHOP
from training.examples import labelled_messages
from training.history.__main__ import main
from training.history.mine.command import labelled_already
from training.history.mine.draft import read_source
from training.publish import publish

MATTERS = ("get_invoice", "recover_password", "gift_card", "delete_account", "store_info", "delivery_cost")
EACH = 14  # dialogues of a matter and language
FRESH = (
    "I need an invoice for my order",
    "I forgot my password and cannot log in",
    "please delete my account",
    "发票怎么开",
    "密码忘了怎么找回",
    "帮我注销账户",
)


@pytest.fixture(scope="module")
def true_labels() -> dict[str, str]:
    """The label of each message, which the dialogues that are mined do not have."""
    return {m.text: m.label for m in labelled_messages(load_desk(SHOP))}


@pytest.fixture(scope="module")
def unlabelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the bundled desk's dialogues, as `import` leaves dialogues without labels."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "dialogues").mkdir()
    counts: Counter[tuple[str, str]] = Counter()
    lines = []
    for file in sorted((SHOP / "dialogues").glob("*_everyday_*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            dialogue = json.loads(line)
            first = next(iter(dialogue["turns"][0]["intents"]), "")
            counts[first, dialogue["language"]] += 1
            if first in MATTERS and counts[first, dialogue["language"]] <= EACH:
                kept = ("speaker", "text")
                dialogue["turns"] = [{k: t[k] for k in kept} for t in dialogue["turns"]]
                lines.append(json.dumps(dialogue, ensure_ascii=False))
    (folder / "dialogues" / "all.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def draft(unlabelled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafts") / "spring"
    main(["mine", str(unlabelled), "--into", str(folder)])
    return folder


@pytest.fixture(scope="module")
def second_draft(draft: Path, unlabelled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the same dialogues give when a desk has learned all of the first draft but two groups."""
    folder = tmp_path_factory.mktemp("second")
    shutil.copytree(draft, folder / "first")
    topics = read_topics(folder / "first")
    states = {"g001": "rejected", "g002": "outside"}
    decide(folder / "first", [(t.group, {"state": states.get(t.group, "approved")}) for t in topics])
    main(["accept", str(folder / "first"), "--into", str(folder / "corner")])
    main(["mine", str(unlabelled), "--into", str(folder / "second"), "--existing", str(folder / "corner")])
    return folder / "second"


@pytest.fixture(scope="module")
def mined_bot(draft: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    home = tmp_path_factory.mktemp("mined")
    main(["accept", str(draft), "--approve", "all"])
    main(["accept", str(draft), "--into", str(home / "corner")])
    release = publish(Settings(home=home, desk=home / "corner"))
    engine = open_database(f"sqlite:///{home / 'mined.sqlite3'}", home)
    yield Bot.of(release, Conversations(engine, "corner"))
    engine.dispose()


def test_labels_that_are_there_are_said(unlabelled: Path) -> None:
    assert labelled_already(read_source(unlabelled, None)) == ""
    said = labelled_already(read_source(SHOP, None))
    number, of = int(said.split(" ")[0]), int(said.split(" ")[2])
    assert 10_000 < number <= of
    assert "training.history import" in said


def test_a_draft_has_groups_of_both_languages(draft: Path) -> None:
    groups = read_draft(draft)["groups"]
    large = [g for g in groups if g["size"] >= EACH]
    assert len(large) >= 3
    assert sum(len(g["languages"]) == 2 for g in large) >= 0.8 * len(large)
    assert all(g["replies"] for g in large)
    found = {t.group: t for t in read_topics(draft)}
    assert set(found) == {g["id"] for g in groups}


def test_questions_of_a_group_ask_the_same(draft: Path, true_labels: dict[str, str]) -> None:
    by_group: dict[str, Counter[str]] = {}
    for file in (draft / "dialogues").glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            for turn in json.loads(line)["turns"]:
                for group in turn.get("intents", ()):
                    label = true_labels.get(turn["text"], "")
                    by_group.setdefault(group, Counter())[label] += 1
    most = sum(count.most_common(1)[0][1] for count in by_group.values())
    assert most / sum(count.total() for count in by_group.values()) > 0.6


def test_what_a_desk_has_learned_is_not_asked_again(draft: Path, second_draft: Path) -> None:
    learned = {(q.language, q.text) for q in read_questions(draft) if q.group not in ("g001", "g002", None)}
    again = read_questions(second_draft)
    known = {(q.language, q.text) for q in again if q.known}
    assert known == learned
    assert not known & {(q.language, q.text) for q in again if q.group}
    found = read_draft(second_draft)
    assert found["known"] == sum(q.known for q in again)
    assert found["questions"] == len(again)
    assert found["alone"] == sum(q.group is None and not q.known for q in again)


def test_what_was_declined_is_proposed_so_again(draft: Path, second_draft: Path) -> None:
    before = {t.group: t for t in read_topics(draft)}
    first = {(q.language, q.text): q.group for q in read_questions(draft)}
    for topic in read_topics(second_draft):
        groups = Counter(
            first[q.language, q.text] for q in read_questions(second_draft) if q.group == topic.group
        )
        (group, most), *_ = groups.most_common(1)
        if group in ("g001", "g002") and most > 0.9 * groups.total():
            assert topic.state == {"g001": "rejected", "g002": "outside"}[group]
            entry = next(g for g in read_draft(second_draft)["groups"] if g["id"] == topic.group)
            assert entry["declined"]["id"] == before[group].id
        if topic.state == "proposed":
            assert group not in ("g001", "g002")
    assert {"rejected", "outside"} <= {t.state for t in read_topics(second_draft)}


def test_the_bot_of_what_was_mined_answers(mined_bot: Bot) -> None:
    turns = [mined_bot.reply(f"mined-{number}", text) for number, text in enumerate(FRESH)]
    answered = [t for t in turns if t.decision.route == "answer"]
    assert len(answered) >= 3
    assert {t.language for t in answered} == {"en", "zh"}
    for turn in answered:
        own = [t.texts[turn.language] for i in turn.decision.intents for t in mined_bot.desk.answers[i]]
        assert turn.reply in own
