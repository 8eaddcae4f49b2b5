"""A candidate that the gate has let through becomes a release: live, or on trial first."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.publish_answers import AnswerPublisher
from data.answer.answers import Answers
from data.audit import write_audit
from data.night.lease import Held
from data.night.taught import mark_learned
from data.release.release import Release
from data.release.releases import Releases
from data.settings import Settings
from training.building import LEARNED, add_answers
from training.lessons import Lessons
from training.nightly.candidate import AUTHOR, Candidate


@dataclass(frozen=True)
class Publication:
    """What publishing needs to know of the night; `made_from` is the desk's fingerprint as it was read."""

    settings: Settings
    engine: Engine
    desk: str
    releases: Releases
    lease: Held
    live: Release
    made_from: str
    night: str
    candidate: Candidate
    seconds: float  # that the night has taken so far

    def make_live(self, taught: Lessons) -> Release:
        """Make the candidate live and note what it has learned, in one transaction."""

        @contextmanager
        def noted(release_id: str) -> Iterator[None]:
            with self.engine.begin() as db:
                self.lease.require(db)
                answers = Answers(self.engine, self.desk)
                answers.mark_released(db, self.candidate.taught_intents, release_id)
                mark_learned(db, release_id, taught.until, taught.kept_out, taught.new_intents)
                after = {"release": release_id, "night": self.night}
                write_audit(db, AUTHOR, "release_live", release_id, {"release": self.live.id}, after)
                yield

        return self.releases.publish(self.made_from, self._take, True, self._finish, noted)

    def try_out(self, mode: str) -> Release:
        """Keep the candidate beside the live release and put it on trial, instead of a former night's."""
        self.lease.renew()
        release = self.releases.keep(self.made_from, self._take, self._finish)
        publisher = AnswerPublisher(self.settings, self.engine)
        if self.releases.on_trial():  # a former night's: this release has learned more
            publisher.end_trial(AUTHOR)
        publisher.try_out(release.id, mode, by=AUTHOR)
        return release

    def _take(self, folder: Path) -> dict[str, Any]:
        for part in LEARNED:
            shutil.copytree(self.candidate.folder / part, folder / part)
        return {**self.candidate.metrics, "seconds": self.seconds}

    def _finish(self, folder: Path, live: dict[str, int] | None) -> dict[str, Any]:
        """Take the answers as they are live now: somebody may have published some since."""
        versions = {**(self.candidate.answers if live is None else live), **self.candidate.taught_intents}
        former = self.candidate.folder / "passages"
        kept = add_answers(folder, self.settings, self.engine, versions, former=former)
        return {"kind": "trained", "by": AUTHOR, "night": self.night, "base": self.live.id, "answers": kept}
