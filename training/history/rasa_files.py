"""A Rasa project's files → what they say: examples, responses, what follows which intent, tests.

Training data format 2.0 to 3.1: https://rasa.com/docs/rasa/training-data-format
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data.errors import HistoryError
from training.history.message import Item, Message, Rejected, short_names

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every value a text: an intent may be called `yes`
_ENTITY = re.compile(r"\[([^\]]+)\](?:\{[^{}]*\}|\([^()]*\))")
_KEYS = (
    "nlu",
    "responses",
    "templates",
    "rules",
    "stories",
    "intents",
    "slots",
    "actions",
    "entities",
    "forms",
)
_UNUSED = ("synonym", "regex", "lookup")


@dataclass(frozen=True)
class Step:
    """A turn of a story: what the customer wants, with the words where it has some, or what the bot does."""

    intent: str = ""
    text: str = ""
    action: str = ""


@dataclass(frozen=True)
class Story:
    file: str
    number: int
    name: str
    is_rule: bool
    steps: tuple[Step, ...]


@dataclass
class RasaFiles:
    """Everything that a project's YAML files say; files of tests stand apart from what is learned."""

    examples: list[Item] = field(default_factory=list)
    tests: list[Message] = field(default_factory=list)
    responses: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    stories: list[Story] = field(default_factory=list)
    test_stories: list[Story] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)  # those with a fixed value
    unused: list[str] = field(default_factory=list)  # synonyms, expressions and lists of entities, by name


def yaml_files(path: Path) -> list[Path]:
    """Return the YAML files of a project folder that hold training data or a domain, or the file itself."""
    if path.is_file():
        return [path]
    found = sorted((*path.rglob("*.yml"), *path.rglob("*.yaml")))
    return [f for f in found if not any(part.startswith(".") for part in f.relative_to(path).parts)]


def is_rasa(path: Path) -> bool:
    """Return whether a folder or file is of a Rasa project."""
    if path.is_file():
        return path.suffix.lower() in (".yml", ".yaml") and _has_keys(_parsed(path))
    return path.is_dir() and any(_has_keys(_parsed(f)) for f in yaml_files(path))


def read_rasa(paths: list[Path]) -> RasaFiles:
    """Read files and folders of one project; raises HistoryError for what is no YAML or no Rasa."""
    found = RasaFiles()
    of_path = {file: path for path in paths for file in yaml_files(path)}
    names = short_names(list(of_path))
    for file, path in of_path.items():
        content = _parsed(file)
        if _has_keys(content):
            _take(found, file, names[file], content, is_test=_is_test(file, path))
    if not found.examples:
        raise HistoryError(
            f"{', '.join(map(str, paths))} holds no `nlu:` examples; give the project's folder, or its NLU, "
            "domain and rule files (older Markdown or JSON data: `rasa data convert nlu` first)"
        )
    return found


def plain_text(example: str) -> str:
    """Return an example as its customer wrote it: `[Oslo](city)` is Oslo."""
    return _ENTITY.sub(r"\1", example).strip()


def _take(found: RasaFiles, file: Path, name: str, content: Mapping[str, Any], is_test: bool) -> None:
    for entry in _list(content, "nlu", file):
        kind = next((k for k in _UNUSED if k in entry), None)
        if kind:
            found.unused.append(f"{kind} {entry[kind]}")
    items = list(_examples(file, name, content))
    if is_test:
        found.tests += [i for i in items if isinstance(i, Message)]
        found.examples += [i for i in items if isinstance(i, Rejected)]
    else:
        found.examples += items
    for key in ("responses", "templates"):
        for response, variations in _dict(content, key, file).items():
            found.responses.setdefault(response, []).extend(
                v for v in variations or () if isinstance(v, dict)
            )
    stories = [s for key in ("rules", "stories") for s in _stories(file, content, key)]
    (found.test_stories if is_test else found.stories).extend(stories)
    if not is_test:
        found.examples += [m for story in stories for m in _said_in(story, name)]
    for called, slot in _dict(content, "slots", file).items():
        value = slot.get("initial_value") if isinstance(slot, dict) else None
        if isinstance(value, str) and value and value.lower() not in ("null", "none", "true", "false", "~"):
            found.slots[called] = value


def _examples(file: Path, name: str, content: Mapping[str, Any]) -> Iterator[Item]:
    row = 0
    for entry in _list(content, "nlu", file):
        intent = entry.get("intent")
        if not intent:
            continue
        for example in _lines(entry.get("examples")):
            row += 1
            text = plain_text(example)
            if not text:
                yield Rejected(str(file), row, f"an example of {intent} is empty")
                continue
            labels = tuple(part for part in str(intent).split("+") if part)
            yield Message(str(file), row, f"{name}-{row:05}", "customer", text, labels=labels)


def _said_in(story: Story, name: str) -> Iterator[Message]:
    """Yield what customers say in a story that has their words."""
    for step in story.steps:
        if step.intent and step.text:
            conversation = f"{name}-story-{story.number:04}"
            labels = tuple(part for part in step.intent.split("+") if part)
            yield Message(story.file, story.number, conversation, "customer", step.text, labels=labels)


def _lines(examples: Any) -> Iterator[str]:
    """Yield the examples of an entry, whose text is a list with dashes, or a YAML list of texts."""
    if isinstance(examples, str):
        for line in examples.splitlines():
            if line.strip().startswith("-"):
                yield line.strip()[1:].strip()
            elif line.strip():
                yield line.strip()
    elif isinstance(examples, list):
        for example in examples:
            text = example.get("text", "") if isinstance(example, dict) else str(example)
            yield text.strip().removeprefix("- ")


def _stories(file: Path, content: Mapping[str, Any], key: str) -> Iterator[Story]:
    for number, entry in enumerate(_list(content, key, file), 1):
        steps = tuple(s for step in entry.get("steps") or () for s in _steps(step))
        name = str(entry.get("rule") or entry.get("story") or number)
        yield Story(str(file), number, name, key == "rules", steps)


def _steps(step: Any) -> Iterator[Step]:
    if not isinstance(step, dict):
        return
    if "or" in step:
        for choice in step["or"] or ():
            yield from _steps(choice)
    elif "intent" in step or "user" in step:
        yield Step(str(step.get("intent") or ""), plain_text(str(step.get("user") or "")))
    elif "action" in step or "bot" in step:
        yield Step(action=str(step.get("action") or ""), text=str(step.get("bot") or ""))
    elif step.get("active_loop") not in (None, "", "null", "~"):
        yield Step(action=str(step["active_loop"]))


def _is_test(file: Path, root: Path) -> bool:
    below = file.relative_to(root).parts[:-1] if root.is_dir() else ()
    name = file.stem.lower()
    return "tests" in below or "test" in below or name.startswith("test_") or name.endswith("_test")


def _has_keys(content: Any) -> bool:
    return isinstance(content, dict) and any(key in content for key in _KEYS)


def _parsed(file: Path) -> Any:
    try:
        return yaml.load(file.read_text("utf-8-sig"), _Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryError(f"{file} can't be read: {error}; YAML files are in UTF-8") from error
    except yaml.YAMLError as error:
        raise HistoryError(f"{file} is no YAML: {error}; `rasa data validate` says the same of it") from error


def _list(content: Mapping[str, Any], key: str, file: Path) -> list[dict[str, Any]]:
    value = content.get(key) or []
    if not isinstance(value, list):
        raise HistoryError(f"{file}: `{key}` must be a list; see rasa.com/docs/rasa/training-data-format")
    return [entry for entry in value if isinstance(entry, dict)]


def _dict(content: Mapping[str, Any], key: str, file: Path) -> dict[str, Any]:
    value = content.get(key) or {}
    if not isinstance(value, dict):
        raise HistoryError(f"{file}: `{key}` must name each entry; see rasa.com/docs/rasa/responses")
    return value
