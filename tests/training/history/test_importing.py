"""The command: what it shows, asks, writes and rejects, and that it goes on where it was killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data.desk import load_desk
from data.errors import HistoryError
from tests.training.history.conftest import Write
from training.examples import labelled_messages
from training.history.__main__ import COMMANDS, main
from training.history.importing import SUMMARY, WORK, run
from training.history.spool import Spool

ROOT = Path(__file__).parents[3]
ROWS = [
    ("ticket", "from", "created_at", "body", "csat"),
    ("T1", "visitor", "2026-03-14 20:11:05", "where is my order HB-2048817? I am jane@example.com", ""),
    ("T2", "visitor", "2026-03-14 20:12:00", "你好，我的快递到哪了", ""),
    ("T1", "agent", "2026-03-14 20:13:05", "It's due Thursday.", "5"),
    ("T2", "system", "2026-03-14 20:13:30", "agent joined", ""),
    ("T2", "agent", "2026-03-14 20:14:00", "您好，预计明天送达。", ""),
    ("T3", "nobody", "2026-03-14 20:15:00", "hi", ""),
]


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_dialogues_per_language_and_what_was_rejected(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, into = write("a.csv", ROWS), tmp_path / "desk"
    run([str(file), "--into", str(into), "--yes"])
    (english,) = read(into / "dialogues" / "en.jsonl")
    (chinese,) = read(into / "dialogues" / "zh.jsonl")
    assert english["turns"][0]["text"] == "where is my order HB-2048817? I am [email]"
    assert "intents" not in english["turns"][0]
    assert (english["rating"], [t["speaker"] for t in chinese["turns"]]) == (5, ["customer", "agent"])
    (rejected,) = read(into / "rejected.jsonl")
    assert (rejected["file"], rejected["row"]) == (str(file), 6)
    said = capsys.readouterr()
    assert "1 of 6 rows rejected" in said.err
    assert "1  skipped: not said by anybody" in said.err
    assert not (into / WORK).exists()
    assert json.loads((into / SUMMARY).read_text("utf-8"))["messages"] == {"en": 2, "zh": 2}


def test_a_look_writes_nothing(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([str(write("a.csv", ROWS)), "--into", str(tmp_path / "desk"), "--dry-run"])
    said = capsys.readouterr().out
    assert "conversation  ← ticket" in said
    assert "visitor → customer, agent → agent, system → ignore" in said
    assert "[email]" in said
    assert "jane@example.com" not in said
    assert not (tmp_path / "desk").exists()


def test_the_mapping_can_be_written_changed_and_given_back(write: Write, tmp_path: Path) -> None:
    file, mapping = write("a.csv", ROWS), tmp_path / "mapping.yaml"
    run([str(file), "--dry-run", "--write-mapping", str(mapping)])
    mapping.write_text(
        mapping.read_text("utf-8").replace("agent: agent", "agent: agent\n  nobody: bot"), "utf-8"
    )
    run([str(file), "--mapping", str(mapping), "--into", str(tmp_path / "desk"), "--yes"])
    speakers = [d["turns"][0]["speaker"] for d in read(tmp_path / "desk" / "dialogues" / "en.jsonl")]
    assert speakers == ["customer", "bot"]


def test_without_a_terminal_nothing_is_asked(write: Write, tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="add --yes to import this, or --dry-run"):
        run([str(write("a.csv", ROWS)), "--into", str(tmp_path / "desk")])
    assert not (tmp_path / "desk").exists()


def test_the_same_import_again_changes_nothing(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(write("a.csv", ROWS)), "--into", str(tmp_path / "desk"), "--yes"]
    run(arguments)
    (tmp_path / "desk" / "desk.yaml").write_text("mine", "utf-8")
    run(arguments)
    assert "holds this very import already" in capsys.readouterr().out
    assert (tmp_path / "desk" / "desk.yaml").read_text("utf-8") == "mine"
    with pytest.raises(HistoryError, match="holds another import"):
        run([*arguments, "--languages", "en"])


def test_a_folder_with_other_things_is_left_alone(write: Write, tmp_path: Path) -> None:
    write("desk/notes.txt", "mine")
    with pytest.raises(HistoryError, match=r"is not empty: it has notes\.txt"):
        run([str(write("a.csv", ROWS)), "--into", str(tmp_path / "desk"), "--yes"])
    assert list(files_of(tmp_path / "desk")) == ["notes.txt"]


def test_a_column_of_texts_is_not_taken_for_labels(write: Write, tmp_path: Path) -> None:
    file = write("a.csv", [("text", "label"), *((f"message {n}", f"label {n}") for n in range(1100))])
    mapping = write("m.yaml", "columns: {text: text, intent: label}")
    with pytest.raises(HistoryError, match="1100 different labels"):
        run([str(file), "--mapping", str(mapping), "--into", str(tmp_path / "desk"), "--yes"])


def test_a_labelled_table_becomes_a_desk(write: Write, tmp_path: Path) -> None:
    said = {
        "退货": ["我要退货", "怎么退货", "这个能退吗"], "greet": ["你好", "在吗", "您好"],
        "out_of_scope": ["讲个笑话", "今天天气怎么样", "谁赢了"],
    }  # fmt: skip
    rows = [(text, label) for label, texts in said.items() for text in texts]
    file = write(
        "a.csv", [("text", "intent"), *rows, rows[0], ("我要 退货！", "退货"), ("没有标签的消息", "")]
    )
    run([str(file), "--into", str(tmp_path / "desk"), "--yes", "--name", "小店"])
    desk = load_desk(tmp_path / "desk")
    assert (desk.languages, desk.name, desk.id) == (("zh",), {"zh": "小店"}, "desk")
    assert {i.id: (i.kind, i.title["zh"]) for i in desk.intents.values()} == {
        "intent_01": ("human", "退货"), "greeting": ("social", "您好"), "human_agent": ("human", "转人工"),
    }  # fmt: skip
    messages = labelled_messages(desk)
    assert len(messages) == 10
    assert {m.text for m in messages if not m.labels} == set(said["out_of_scope"])
    found = json.loads((tmp_path / "desk" / SUMMARY).read_text("utf-8"))
    assert (found["repeated_dialogues"], found["near_duplicates"]) == (1, 1)
    assert any("no answer came with intent_01" in note for note in found["notes"])


def test_a_labelled_history_says_what_order_numbers_look_like(write: Write, tmp_path: Path) -> None:
    rows = [(f"where is order BR-{40213 + n}, it's late", "track") for n in range(8)]
    file, into = write("a.csv", [("text", "intent"), *rows]), tmp_path / "desk"
    run([str(file), "--into", str(into), "--yes"])
    assert load_desk(into).slots["order_number"].shapes == ("BR-#####",)
    found = json.loads((into / SUMMARY).read_text("utf-8"))
    assert any(
        "numbers of customers look like BR-#####: name order_number" in note for note in found["notes"]
    )


def test_an_import_without_a_usable_row_is_an_error_and_leaves_nothing(write: Write, tmp_path: Path) -> None:
    rows = [{"id": n, "role": "user", "text": "where is it"} for n in range(3)]
    file, into = write("a.jsonl", rows), tmp_path / "desk"
    arguments = ["import", str(file), "--into", str(into), "--yes"]
    with pytest.raises(SystemExit) as refused:
        main([*arguments, "--format", "zendesk"])
    said = str(refused.value.code)
    assert said.startswith("frontdesk: none of 3 rows could be used, nothing was written; 3 × no ticket with")
    assert f"(first in row 1 of {file}). Try --format auto, which takes it for jsonl, or another" in said
    assert not into.exists()
    main(arguments)
    assert len(read(into / "dialogues" / "en.jsonl")) == 3


def test_an_import_of_notes_only_says_so(write: Write, tmp_path: Path) -> None:
    file = write("a.csv", [ROWS[0], ROWS[4], ROWS[1]])
    mapping = write("m.yaml", "columns: {text: body, speaker: from}\nspeakers: {'*': ignore}")
    with pytest.raises(HistoryError, match=r"2 × skipped: not said by anybody\. Try a mapping"):
        run([str(file), "--mapping", str(mapping), "--into", str(tmp_path / "desk"), "--yes"])
    assert not (tmp_path / "desk").exists()


def test_a_table_without_rows_is_told_so(write: Write) -> None:
    with pytest.raises(HistoryError, match=r"a\.csv names columns and has no rows below them"):
        run([str(write("a.csv", [("chat_id", "text", "by")])), "--dry-run"])


def test_a_table_that_does_not_say_who_speaks_is_warned_of(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("chat_id", "text", "by"), ("c1", "where is my order", "Li"), ("c1", "on Thursday", "Wang")]
    run([str(write("a.csv", rows)), "--into", str(tmp_path / "desk"), "--yes"])
    said = capsys.readouterr()
    for page in (said.out, said.err):
        assert "EVERY ROW OF a.csv BECOMES A CUSTOMER'S MESSAGE, agents' rows too" in page
        assert "If by does, name it in a mapping" in page
    labelled = [("text", "intent"), ("where is my order", "track"), ("can i return it", "return")]
    run([str(write("b.csv", labelled)), "--dry-run"])
    assert "EVERY ROW" not in capsys.readouterr().out


def test_a_table_without_dialogues_is_warned_of(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("id", "role", "text", "ts"), ("1", "user", "where is my order", "2026-03-14 20:11"),
            ("2", "agent", "it comes on Thursday", "2026-03-14 20:12")]  # fmt: skip
    arguments = [str(write("a.csv", rows)), "--into", str(tmp_path / "desk"), "--yes"]
    run(arguments)
    said = capsys.readouterr()
    for page in (said.out, said.err):
        assert "EVERY ROW OF a.csv BECOMES A DIALOGUE OF ITS OWN, agents' rows too" in page
        assert (
            "If id does, name it in a mapping (--write-mapping writes one): `columns: {conversation: id}`"
            in page
        )
    assert "0 of 2 rows rejected\n" in said.err


def test_a_table_of_customers_only_needs_no_dialogues(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    run([str(write("a.csv", [("id", "text"), ("1", "where is my order")])), "--dry-run"])
    assert "DIALOGUE OF ITS OWN" not in capsys.readouterr().out


def test_one_of_a_kind_is_said_in_the_singular(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write("a.csv", [("text",), ("where is my order? I am jane@example.com",)])
    run([str(file), "--into", str(tmp_path / "desk"), "--yes"])
    said = capsys.readouterr()
    assert "en.jsonl: 1 dialogue, 1 message\n1 piece of personal data was masked;" in said.out
    assert "0 of 1 row rejected\n" in said.err


def big(file: Path, rows: int) -> list[str]:
    """Write a table whose conversations do not stand together, and return the command for it."""
    lines = ["id,who,time,body"]
    for n in range(rows):
        who = "visitor" if n < rows / 2 else "agent"
        lines.append(f"C{n % (rows // 2)},{who},2026-03-{1 + n % 28:02} 10:00:00,where is my parcel {n}")
    file.write_text("\n".join(lines) + "\nC1,visitor\n", "utf-8")
    return [sys.executable, "-m", "training.history", "import", str(file), "--yes", "--name", "x"]


def has_read_some(into: Path) -> bool:
    file = into / WORK / "spool.sqlite3"
    if not file.exists():
        return False
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        try:
            return db.execute("select value from state where name = 'done'").fetchone() is not None
        except sqlite3.OperationalError:  # it has no tables yet
            return False


def writes(into: Path) -> bool:
    return (into / WORK / "made" / "dialogues").exists()


@pytest.fixture(scope="module")
def imported_at_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """The command for a table, and the folder that it made of it without being killed."""
    folder = tmp_path_factory.mktemp("import")
    command = big(folder / "big.csv", 8000)
    done = subprocess.run(
        [*command, "--into", str(folder / "whole")], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return command, folder / "whole"


@pytest.mark.parametrize("moment", [has_read_some, writes])
def test_a_killed_import_goes_on_and_ends_the_same(
    moment: Callable[[Path], bool], imported_at_once: tuple[list[str], Path], tmp_path: Path
) -> None:
    command, whole = imported_at_once
    killed = tmp_path / "killed"
    with subprocess.Popen(
        [*command, "--into", str(killed)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not moment(killed) and process.poll() is None:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (killed / SUMMARY).exists()
    again = subprocess.run([*command, "--into", str(killed)], cwd=ROOT, capture_output=True, check=False)
    assert again.returncode == 0, again.stderr
    assert files_of(killed) == files_of(whole)
    assert len(read(whole / "dialogues" / "en.jsonl")) == 4000


def test_another_import_does_not_go_on_with_the_first_ones_rows(write: Write, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "desk" / WORK / "spool.sqlite3")
    spool.keep("made_from", "something else")
    spool.close()
    with pytest.raises(HistoryError, match="holds the beginning of another import"):
        run([str(write("a.csv", ROWS)), "--into", str(tmp_path / "desk"), "--yes"])


def test_errors_are_one_line_and_commands_are_listed(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as missing:
        main(["import", str(tmp_path / "a.csv"), "--dry-run"])
    assert missing.value.code == f"frontdesk: {tmp_path / 'a.csv'} is missing; is the path right?"
    with pytest.raises(SystemExit, match="there is no 'export'"):
        main(["export"])
    with pytest.raises(SystemExit, match=r"import  .*other systems' exports"):
        main([])


def test_every_command_says_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit) as asked:
            main([name, "--help"])
        assert asked.value.code == 0
        assert f"python -m training.history {name}" in capsys.readouterr().out
