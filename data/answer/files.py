"""A desk's answers as people edit them, and a desk's folder with edits laid over its files."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

from data.desk import (
    UNVERSIONED,
    Article,
    Desk,
    Intent,
    Template,
    load_desk,
    parse_article,
    read_article,
    read_yaml,
)

Content = dict[str, Any]  # template: when, next, texts; article: intents, texts of title and body
Overlay = Mapping["Subject", Content | None]  # None: retired
KINDS = ("template", "article")
INTENT = "intent"  # one that reviewers taught: title and means per language; it has no editor


class Subject(NamedTuple):
    """What an edit is about: a template or an article, in all languages."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"

    @classmethod
    def of(cls, text: str) -> "Subject":
        kind, _, name = text.partition("/")
        return cls(kind, name)


def contents(desk: Desk) -> dict[Subject, Content]:
    """Return every answer of a desk, templates first, as it is edited."""
    found = {Subject("template", t.id): template_content(t) for t in desk.templates.values()}
    for article in desk.articles:
        entry = found.setdefault(
            Subject("article", article.id), {"intents": list(article.intents), "texts": {}}
        )
        entry["texts"][article.language] = {"title": article.title, "body": body_of(article)}
    return found


def template_content(template: Template) -> Content:
    when = template.when.model_dump(mode="json", exclude_defaults=True)
    return {"when": when, "next": list(template.next), "texts": dict(template.texts)}


def body_of(article: Article) -> str:
    """Return an article's Markdown without its head."""
    blocks = [
        "\n".join(([f"## {s.heading}"] if s.heading else []) + ["\n\n".join(s.paragraphs)])
        for s in article.sections
    ]
    return "\n\n".join(blocks)


def article_of(subject: str, content: Content, language: str) -> Article:
    """Return one language of an edited article; raises DeskError where it is none."""
    return parse_article(_article_text(subject, content, language), Path(f"{subject}.md"), language)


def taught_intents(overlay: Overlay) -> dict[str, Intent]:
    """Return the intents that reviewers taught, as an overlay has them.

    They are a matter for people until somebody writes an answer.
    """
    return {
        subject.id: Intent(id=subject.id, kind="human", **content)
        for subject, content in overlay.items()
        if subject.kind == INTENT and content is not None
    }


def with_intents(desk: Desk, overlay: Overlay) -> Desk:
    """Return a desk that also has the intents that reviewers taught; those of its files come first."""
    return desk.model_copy(update={"intents": {**taught_intents(overlay), **desk.intents}})


def draft_desk(folder: Path, overlay: Overlay) -> Desk:
    """Return a desk with edits laid over it; raises DeskError as `load_desk` does."""
    if not overlay:
        return load_desk(folder)
    with TemporaryDirectory(prefix="frontdesk-") as made:
        write_desk(folder, overlay, Path(made) / "desk")
        return load_desk(Path(made) / "desk").model_copy(update={"folder": folder.resolve()})


def write_desk(folder: Path, overlay: Overlay, target: Path) -> None:
    """Write what answering needs of a desk to a folder that is not there yet, with edits laid over it.

    A file in which nothing was edited is copied as it is.
    """
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns(*UNVERSIONED))
    _write_templates(target / "templates", {s.id: c for s, c in overlay.items() if s.kind == "template"})
    _write_intents(target, taught_intents(overlay))
    articles = {s.id: c for s, c in overlay.items() if s.kind == "article"}
    if articles:
        languages = {language for c in articles.values() if c for language in c["texts"]}
        folders = {f.name for f in (target / "knowledge").glob("*") if f.is_dir()}
        for language in sorted(languages | folders):
            _write_articles(target / "knowledge" / language, language, articles)


def _write_templates(folder: Path, edited: Mapping[str, Content | None]) -> None:
    todo = dict(edited)
    for file in sorted(folder.glob("*.yaml")):
        entries: list[dict[str, Any]] = read_yaml(file)
        if any(entry["id"] in edited for entry in entries):
            _write_yaml(file, list(_replaced(entries, todo)))
    for name, content in todo.items():
        if content is not None:
            file = folder / f"{name.split('.')[0]}.yaml"
            others = read_yaml(file) if file.exists() else []
            _write_yaml(file, [*others, _template_entry(name, content)])


def _write_intents(target: Path, taught: Mapping[str, Intent]) -> None:
    """Add intents that the file does not have; one that has an answer by now is no matter for people."""
    if not taught:
        return
    file = target / "intents.yaml"
    entries: list[dict[str, Any]] = read_yaml(file)
    known = {entry["id"] for entry in entries}
    for intent in taught.values():
        if intent.id not in known:
            answered = (target / "templates" / f"{intent.id}.yaml").exists()
            entry = intent.model_dump(mode="json", exclude_defaults=True)
            entries.append({**entry, "kind": "answer" if answered else "human"})
    _write_yaml(file, entries)


def _replaced(entries: list[dict[str, Any]], todo: dict[str, Content | None]) -> Iterator[dict[str, Any]]:
    """Yield a file's entries, the edited ones as edited, without the retired; takes them from `todo`."""
    for entry in entries:
        if entry["id"] not in todo:
            yield entry
        elif content := todo.pop(entry["id"]):
            yield _template_entry(entry["id"], content)


def _template_entry(name: str, content: Content) -> dict[str, Any]:
    entry = {"id": name, "when": content["when"], **content["texts"], "next": content["next"]}
    return {key: value for key, value in entry.items() if value or key not in ("when", "next")}


def _write_yaml(file: Path, entries: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10_000), "utf-8")


def _write_articles(folder: Path, language: str, edited: Mapping[str, Content | None]) -> None:
    files = {read_article(f, language).id: f for f in sorted(folder.glob("*.md"))}
    for name, content in edited.items():
        if name in files:
            files[name].unlink()
        if content is not None and language in content["texts"]:
            file = files.get(name, _unused(folder, name))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_article_text(name, content, language), "utf-8")


def _unused(folder: Path, name: str) -> Path:
    file, number = folder / f"{name}.md", 2
    while file.exists():
        file, number = folder / f"{name}-{number}.md", number + 1
    return file


def _article_text(name: str, content: Content, language: str) -> str:
    text = content["texts"][language]
    head = {"id": name, "title": text["title"], "intents": content["intents"]}
    body = re.sub(r"\r\n?", "\n", text["body"]).strip()
    return f"---\n{yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000)}---\n{body}\n"
