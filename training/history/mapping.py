"""What the columns of a table mean: a small YAML file, or proposed from the table itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from data.desk import read_yaml
from data.errors import DeskError, HistoryError
from data.plain_errors import plainly
from training.examples import SPEAKERS
from training.history.columns import Rows, propose_columns, values
from training.history.message import IGNORED
from training.history.speakers import propose_speakers
from training.history.times import time_format

Field = Literal[
    "conversation", "speaker", "text", "reply", "time", "language", "intent", "mood", "rating",
    "resolved", "agent",
]  # fmt: skip
Resolution = Literal["solved", "unsolved", "abandoned", "handed_over"]
_RESOLVED = {
    "solved": "solved resolved closed done completed true yes 1 success 已解决 已关闭 解决 完成 是",
    "unsolved": "unsolved unresolved open pending false no 0 failed new hold 未解决 未完成 待处理 处理中 否",
    "abandoned": "abandoned dropped missed expired 放弃 超时 未接",
    "handed_over": "handed_over handover escalated transferred handoff 转人工 升级 转接",
}
RESOLVED = {word: outcome for outcome, words in _RESOLVED.items() for word in words.split()}
OUT_OF_SCOPE = ("out_of_scope", "oos", "out of scope", "nlu_fallback", "none", "null", "无", "超出范围")
HEAD = """\
# What the columns of a table mean, for `python -m training.history import … --mapping`.
# columns:      what is taken from which column; a field that is left out is not imported
# speakers:     who a value of the speaker's column is: customer, agent, bot, or ignore; "*" is everybody else
# resolved:     what a value means: solved, unsolved, abandoned, handed_over
# out_of_scope: labels that mean: none of the desk's matters
# time_format:  iso, epoch, or as in Python's strptime
"""


class Mapping(BaseModel):
    """What the columns of a table mean; keys of `speakers` and `resolved` are lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[Field, str]
    speakers: dict[str, Literal["customer", "agent", "bot", "ignore"]] = {}
    resolved: dict[str, Resolution] = {}
    out_of_scope: tuple[str, ...] = OUT_OF_SCOPE
    time_format: str | None = None
    rating_max: int = 5
    sheet: str | None = None

    @field_validator("speakers", "resolved", mode="before")
    @classmethod
    def _lower(cls, given: Any) -> Any:
        return {_word(k): v for k, v in given.items()} if isinstance(given, dict) else given

    @field_validator("out_of_scope", mode="before")
    @classmethod
    def _lower_all(cls, given: Any) -> Any:
        return tuple(_word(v) for v in given) if isinstance(given, list | tuple) else given


def propose_mapping(columns: Sequence[str], rows: Rows) -> Mapping:
    """Return what the columns probably mean; raises HistoryError where none looks like a text."""
    found = propose_columns(columns, rows)
    if "text" not in found:
        raise HistoryError(
            f"no column looks like the messages' text; there are {', '.join(columns)}: write a mapping file "
            "with `columns: {text: …}` and give it with --mapping"
        )
    speaker, time = found.get("speaker"), found.get("time")
    return Mapping.model_validate(
        {
            "columns": found,
            "speakers": propose_speakers(values(rows, speaker), speaker) if speaker else {},
            "resolved": RESOLVED if "resolved" in found else {},
            "time_format": time_format(values(rows, time)) if time else None,
        }
    )


def read_mapping(file: Path) -> Mapping:
    """Read a mapping file; raises HistoryError saying what is wrong with it."""
    try:
        mapping = Mapping.model_validate(read_yaml(file))
    except (DeskError, ValidationError) as error:
        what = plainly(error) if isinstance(error, ValidationError) else error
        raise HistoryError(f"{file} is no mapping: {what}; docs/history.md shows one") from error
    if "text" not in mapping.columns:
        raise HistoryError(f"{file} does not say which column is the text: add it under columns")
    if "speaker" in mapping.columns and not mapping.speakers:
        raise HistoryError(
            f"{file} names a column for speakers and not who its values are: add `speakers`, for example "
            f"{{visitor: customer}}; known are {', '.join((*SPEAKERS, IGNORED))}"
        )
    return mapping


def check_columns(mapping: Mapping, columns: Sequence[str], file: Path) -> None:
    """Raise HistoryError where a table lacks a column that is asked for."""
    if missing := [c for c in mapping.columns.values() if c not in columns]:
        raise HistoryError(
            f"{file} has no column {', '.join(map(repr, missing))}, which the mapping names; "
            f"it has {', '.join(columns)}"
        )


def write_mapping(mapping: Mapping, file: Path) -> None:
    """Write a mapping as a file that can be changed and given back."""
    content = mapping.model_dump(exclude_none=True, mode="json")
    if content["columns"].get("resolved") is None:
        content.pop("resolved")
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEAD + text, "utf-8")


def _word(value: object) -> str:
    """Return how YAML's yes, no and numbers are written in a table."""
    return str(value).strip().lower()
