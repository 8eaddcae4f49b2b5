"""Edited answers → a release, in seconds: what was learned is the live one's, the words are new."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from data.answer.answers import Answers, overlay_of, usable
from data.answer.checks import lost_answers
from data.answer.drafts import WrongAnswerError
from data.answer.files import INTENT, Subject, write_desk
from data.audit import write_audit
from data.desk import fingerprint, load_desk
from data.errors import AnswerError
from data.night.stranded import ask_again, stranded
from data.release.release import Release
from data.release.releases import Releases, Within
from data.release.trial import EFFECT, Trial
from data.settings import Settings
from retrieval.bundled_encoder import encoder_identity
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder
from retrieval.search import Retriever
from retrieval.split import passages


class AnswerPublisher:
    """Makes edits of one desk's answers live, goes back to an earlier release, or tries one out."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        desk = load_desk(settings.desk)
        self._settings = settings
        self._engine = engine
        self.answers = Answers(engine, desk.id)
        self.releases = Releases(settings.home, desk.id)

    def publish(
        self, versions: Mapping[str, int], by: str, note: str = "", encoder: Encoder | None = None
    ) -> Release:
        """Make a release live that differs from the live one in these versions: `{"template/x.y": 3}`.

        Until the last step, which is one rename, customers have the old release. Raises AnswerError where a
        version is not there, does not fit the desk, or the desk's files are not those of the live release.
        """
        made: dict[str, Any] = {}
        began = time.monotonic()

        def build(folder: Path, live: Release) -> dict[str, Any]:
            self._require_same_files(live)
            made.update(before=live.id, answers={**live.answers, **versions})
            self._write(folder, live, made["answers"], encoder)
            return {
                "kind": "answers", "by": by, "note": note, "base": live.id, "answers": made["answers"],
                "changed": sorted(versions), "learned": live.about.get("learned", live.created),
                "seconds": round(time.monotonic() - began, 1),
            }  # fmt: skip

        @contextmanager
        def noted(release_id: str) -> Iterator[None]:
            with self._engine.begin() as db:
                self.answers.mark_released(db, made["answers"], release_id)
                after = {"release": release_id, "answers": dict(versions)}
                write_audit(db, by, "answers_published", release_id, {"release": made["before"]}, after)
                yield

        return self.releases.derive(build, noted)

    def make_live(self, release_id: str, by: str) -> Release:
        """Make a finished release live, an earlier one too; it stays until the desk's files change.

        What was taught for topics that it lacks is asked about again.
        """
        live, new = self.releases.live(), self.releases.get(release_id)
        gone, back = self._topics_lost(live, new), self._topics_lost(new, live)
        after = {"release": release_id, **({"topics_taken_back": sorted(gone)} if gone else {})}
        noted = self._noting(
            by, "release_live", {"release": live.id}, after, lambda db: ask_again(db, gone, back)
        )
        return self.releases.make_live(new.id, self.made_from(), noted)

    def taken_back(self, live: Release, new: Release) -> dict[str, int]:
        """Return the topics that a release has and another lacks, each with its reviews."""
        gone = self._topics_lost(live, new)
        with self._engine.connect() as db:
            waiting = stranded(db, gone)
        return {topic: waiting[topic] for topic in sorted(gone)}

    def _topics_lost(self, release: Release, other: Release) -> set[str]:
        """Return the intents that reviewers named, and only the edits of one of two releases hold."""
        lost = _named(release) - _named(other)
        return lost - set(load_desk(self._settings.desk).intents) if lost else lost  # read where it matters

    def try_out(
        self, release_id: str, mode: str, share: float = 0.0, by: str = "", effect: float = EFFECT
    ) -> Trial:
        """Put a finished release on trial, as `Releases.try_out` does, and note who did."""
        tried = {"mode": mode, **({"share": share} if mode == "share" else {})}
        within = self._noting(by, "trial_begun", None, tried)
        return self.releases.try_out(release_id, mode, share, by, effect, within)

    def end_trial(self, by: str) -> Trial | None:
        """End the trial that goes on, if any, and note who did."""
        return self.releases.end_trial(self._noting(by, "trial_ended", None, None))

    def _noting(
        self,
        by: str,
        action: str,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        also: Callable[[Connection], None] = lambda db: None,
    ) -> Within:
        """Return what writes a row on a release into the audit log around a change, and does more."""

        @contextmanager
        def noted(release_id: str) -> Iterator[None]:
            with self._engine.begin() as db:
                write_audit(db, by, action, release_id, before, after)
                also(db)
                yield

        return noted

    def made_from(self) -> str:
        """Return the fingerprint of the desk's files and the encoder as they are now."""
        return fingerprint(self._settings.desk.resolve(), encoder_identity(self._settings.encoder))

    def _require_same_files(self, live: Release) -> None:
        if live.desk != self.made_from():  # what was learned may not know all of their intents
            raise AnswerError(
                f"release {live.id} was built from other files of the desk than are there now, so answers "
                "alone can't be published; `python -m training.publish` builds one, the drafts are kept"
            )

    def _write(self, folder: Path, live: Release, versions: dict[str, int], encoder: Encoder | None) -> None:
        found = self.answers.at(versions)
        missing = sorted(set(versions) - {str(subject) for subject in found})
        if missing:
            raise AnswerError(f"there is no version {versions[missing[0]]} of {missing[0]}")
        _, wrong = usable(load_desk(self._settings.desk), overlay_of(found))
        for subject, problems in wrong.items():
            raise WrongAnswerError(subject, problems)
        write_desk(self._settings.desk, overlay_of(found), folder / "desk")
        encoder = encoder or open_encoder(live.encoder_folder, self._settings.encoder_threads)
        former = Retriever.load(live.folder / "passages")
        desk = load_desk(folder / "desk")
        if lost := lost_answers(load_desk(live.desk_folder), desk):
            raise AnswerError(f"with these changes alone some customers get no answer: {', '.join(lost)}")
        Retriever.build(list(passages(desk)), encoder, former).save(folder / "passages")


def _named(release: Release) -> set[str]:
    """Return the intents that a release's edits hold."""
    return {subject.id for subject in map(Subject.of, release.answers) if subject.kind == INTENT}
