"""The desk as its editors have it: its files with the latest edits laid over them, checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from data.answer.answers import Answers, StaleError, Version, overlay_of, usable
from data.answer.checks import Problem, check_answer, check_loss, serious
from data.answer.diff import Line, diff
from data.answer.files import KINDS, Content, Subject, contents, draft_desk
from data.desk import Desk, load_desk
from data.errors import AnswerError, ConflictError


class WrongAnswerError(AnswerError):
    """An answer that was not kept, and all that is wrong with it."""

    def __init__(self, subject: Subject, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{subject.id} can't be kept: {'; '.join(map(str, self.problems))}")


class AnswerConflictError(ConflictError):
    """Somebody else changed the answer meanwhile: what they made of it, and what they changed."""

    def __init__(self, theirs: Version, lines: list[Line]) -> None:
        self.theirs, self.lines = theirs, lines
        changed = " / ".join(f"{line.sign}{line.text}" for line in lines if line.sign.strip())
        super().__init__(
            f"{theirs.author} saved version {theirs.version} of {theirs.subject.id} meanwhile ({changed}); "
            "save again on top of it"
        )


@dataclass(frozen=True)
class Draft:
    """The desk with all edits that can be used, as it is at one moment."""

    desk: Desk
    files: Desk  # without any edit
    latest: Mapping[Subject, Version]
    wrong: Mapping[Subject, tuple[Problem, ...]]  # edits that do not fit the desk's files any more
    key: str  # another one as soon as anything is different

    @cached_property
    def contents(self) -> dict[Subject, Content]:
        return contents(self.desk)

    @cached_property
    def of_files(self) -> dict[Subject, Content]:
        return contents(self.files)

    def version(self, subject: Subject) -> int:
        return self.latest[subject].version if subject in self.latest else 0

    def content(self, subject: Subject) -> Content | None:
        """Return what an answer is in this draft, wrong ones included; None where it is not there."""
        if subject in self.wrong:
            return self.latest[subject].content
        return self.contents.get(subject)

    def pending(self, live: Desk) -> dict[Subject, tuple[Content | None, Content | None]]:
        """Return the answers that publishing would change: as they are live, and as they would be."""
        now, then = contents(live), self.contents
        return {
            subject: (now.get(subject), then.get(subject))
            for subject in dict.fromkeys((*then, *now))
            if now.get(subject) != then.get(subject) and subject not in self.wrong
        }


class Drafts:
    """Makes and keeps edits of one desk's answers."""

    def __init__(self, folder: Path, answers: Answers) -> None:
        self.answers = answers
        self._folder = folder
        self._lock = Lock()
        self._made: Draft | None = None
        self._files: tuple[int, Desk] | None = None

    def now(self) -> Draft:
        """Return the draft as it is; raises DeskError where the desk's files can't be read."""
        with self._lock:
            changed = _changed(self._folder)
            key = f"{self.answers.head()}-{changed}"
            if self._files is None or self._files[0] != changed:
                self._files = (changed, load_desk(self._folder))
            if self._made is None or self._made.key != key:
                files, latest = self._files[1], self.answers.latest()
                overlay, wrong = usable(files, overlay_of(latest))
                edited = {s: v for s, v in latest.items() if s.kind in KINDS}
                self._made = Draft(draft_desk(self._folder, overlay), files, edited, wrong, key)
            return self._made

    def create(self, subject: Subject, content: Content, author: str, note: str = "") -> Version:
        """Keep an answer under an id that none has; raises ConflictError where one has it."""
        draft = self.now()
        if subject in draft.contents or subject in draft.wrong:
            raise ConflictError(f"there is a {subject.kind} {subject.id!r} already; choose another id")
        return self.save(subject, content, draft.version(subject), author, note)

    def save(
        self, subject: Subject, content: Content | None, base: int, author: str, note: str = ""
    ) -> Version:
        """Keep a new version on top of `base`; a content of None retires the answer.

        Raises WrongAnswerError where it can't be used, and AnswerConflictError where `base` is not the
        latest version any more; then nothing is written.
        """
        draft = self.now()
        if subject.kind not in KINDS:
            raise AnswerError(f"an answer is a template or an article, not {subject.kind!r}")
        if content is None and draft.content(subject) is None:
            raise AnswerError(f"there is no {subject.kind} {subject.id!r} to retire")
        _require(draft, subject, content)
        return self._add(
            draft, subject, "retired" if content is None else "text", content, base, author, note
        )

    def restore(self, subject: Subject, number: int, base: int, author: str) -> Version:
        """Make version `number` the latest one, as a new version; 0 is what the desk's files say."""
        draft, note = self.now(), f"version {number} again"
        if number == 0:
            state, content = "files", draft.of_files.get(subject)
        elif found := self.answers.at({str(subject): number}).get(subject):
            state, content = found.state, found.content
            content = draft.of_files.get(subject) if state == "files" else content
        else:
            raise AnswerError(f"{subject.id} has no version {number}; its history lists all it has")
        if state == "files" and content is None:  # it was made here: before its first version was nothing
            state = "retired"
        _require(draft, subject, content)
        kept = content if state == "text" else None
        return self._add(draft, subject, state, kept, base, author, note)

    def content_of(self, subject: Subject, number: int) -> Content | None:
        """Return what a version says; None where the answer was not there."""
        found = self.answers.at({str(subject): number}).get(subject)
        if number == 0 or (found and found.state == "files"):
            return self.now().of_files.get(subject)
        if found is None:
            raise AnswerError(f"{subject.id} has no version {number}; its history lists all it has")
        return found.content

    def _add(
        self,
        draft: Draft,
        subject: Subject,
        state: str,
        content: Content | None,
        base: int,
        author: str,
        note: str,
    ) -> Version:
        try:
            return self.answers.add(subject, state, content, base, author, note)
        except StaleError as error:
            versions = self.answers.versions(subject)
            if not versions or base > versions[0].version:
                raise AnswerError(f"{subject.id} has no version {base} to edit") from error
            theirs = self.content_of(subject, versions[0].version)
            raise AnswerConflictError(versions[0], diff(self.content_of(subject, base), theirs)) from error


def _require(draft: Draft, subject: Subject, content: Content | None) -> None:
    wrong = serious(check_answer(draft.desk, subject, content)) if content is not None else ()
    problems = wrong or check_loss(draft.desk, subject, content)
    if problems:
        raise WrongAnswerError(subject, problems)


def _changed(folder: Path) -> int:
    """Return when the newest of the files that answers are read from was written, in nanoseconds."""
    files = [*folder.glob("*.yaml"), *folder.glob("templates/*"), *folder.glob("knowledge/*/*")]
    return max(f.stat().st_mtime_ns for f in files) + len(files)
