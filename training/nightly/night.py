"""One night: what staff corrected by day becomes a better release by morning, or nothing changes.

Customers have the live release until the last step, which is one rename. Everything before it is written in
the night's own folder, so that a night that is killed, or has no more disk, leaves nothing else behind; the
next one goes on with it where nothing has changed, and clears it away otherwise.
"""

import json
import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine

from bot.pipeline import Bot
from data.database import open_database
from data.desk import Desk, fingerprint, load_desk
from data.errors import ConflictError
from data.log.conversations import Conversations
from data.night.lease import Held, leased
from data.night.nights import Nights, in_short, night_folder, reasons_of
from data.release.release import Release
from data.release.releases import Releases
from data.retention import clean_up
from data.settings import Settings
from data.whole_file import write_whole
from retrieval.bundled_encoder import encoder_identity
from training.building import LEARNED, add_answers, desk_with, learn, megabytes, same_encoder
from training.lessons import Lessons, checked, collect, contradictions, history_with, strangers
from training.nightly import findings
from training.nightly.beginning import REPORT, STATE, begin
from training.nightly.candidate import AUTHOR, Candidate, adopt_intents
from training.nightly.changes import changes
from training.nightly.curve import learning_curve
from training.nightly.exam import Case, cases_of, exam_of, examine
from training.nightly.gate import figures, gate
from training.nightly.options import Options
from training.nightly.publication import Publication
from training.nightly.report import report_page
from training.nightly.stages import Report, Stages
from training.tracking import TrackedRun, tracked
from training.warm_start import seconds_tuning, tuning_after

log = logging.getLogger(__name__)
LIVE, TRIAL, KEPT, IDLE, DRY, FAILED = "live", "trial", "kept", "idle", "dry", "failed"
SHORT = 600  # seconds of the budget
CANDIDATE, FIT, EXAM, CHANGES, CURVE = "candidate", "fit", "exam", "changes", "curve"


@dataclass(frozen=True)
class Result:
    """How a night ended."""

    night: str
    outcome: str
    release: str | None
    reasons: tuple[str, ...]
    folder: Path
    measured: dict[str, Any] = field(default_factory=dict)  # of a release that was examined


def run_night(settings: Settings, options: Options, report: Report = lambda share, what: None) -> Result:
    """Run a night to its end, whatever that is.

    Raises ReleaseError where there is no live release to begin from, DeskError where the desk can't be read,
    ConflictError where another night runs.
    """
    desk = load_desk(settings.desk).id
    engine = open_database(settings.url, settings.home)
    try:
        live = Releases(settings.home, desk).live()
        with leased(engine, f"night of {desk}") as lease:
            return _Night(settings, options, engine, live, lease, report).run()
    finally:
        engine.dispose()


@dataclass
class _Night:
    """What the stages of a night share."""

    settings: Settings
    options: Options
    engine: Engine
    live: Release
    lease: Held
    report: Report

    def __post_init__(self) -> None:
        self.desk: Desk = desk_with(self.settings, self.engine, self.live.answers)
        self.releases = Releases(self.settings.home, self.desk.id)
        self.nights = Nights(self.engine, self.desk.id)
        self.found: dict[str, Any] = {}  # what the report says

    @cached_property
    def made_from(self) -> str:
        """The fingerprint of the desk's files and the encoder as they are."""
        return fingerprint(self.settings.desk.resolve(), encoder_identity(self.settings.encoder))

    def run(self) -> Result:
        taught = collect(self.engine, self.desk, self.options.since)
        self._warn_of_strangers(taught)
        root = night_folder(self.settings.home, self.desk.id, "any").parent
        facts = (self.made_from, taught.until, asdict(self.options))
        self.folder, began = begin(self.nights, root, self.live.id, facts, self.options.as_json())
        self.stages = Stages(self.folder, self.options.budget, self.report)
        outcome, release, error = KEPT, None, None
        config = {"desk": self.desk.id, **self.options.as_json()}
        with tracked(self.settings, self.engine, "night", config) as run:
            try:
                self._require_no_other_trial()
                if self._worth_it(taught):
                    outcome, release = self._train(taught, run)
                else:
                    outcome, self.found["idle"] = IDLE, findings.idle(taught)
            except Exception as raised:  # whatever it was, customers keep their release
                log.exception("night %s failed", self.folder.name)
                outcome, error = FAILED, f"{type(raised).__name__}: {raised}"
            run.note(night=self.folder.name, outcome=outcome, release=release)
        self._clean_up()
        return self._end(outcome, release, error, began)

    def _train(self, taught: Lessons, run: TrackedRun) -> tuple[str, str | None]:
        with self.stages.stage("checking the reviews"), self._bot(self.live) as live:
            against = contradictions(taught, live.classifier, live.encoder)
            self.found["suspects"] = findings.suspects(against, live)
            taught = checked(taught, against, self.options.trust)
        if not self._worth_it(taught):
            self.found["checks"] = [findings.all_kept_out()]
            return KEPT, None
        candidate = self._candidate(taught, run)
        self._examine(candidate, taught)
        if any(not check["passed"] for check in self.found["checks"]):
            return KEPT, None
        if self.options.dry_run:
            return DRY, None
        with self.stages.stage("publishing"):
            return self._publish(candidate, taught)

    def _require_no_other_trial(self) -> None:
        going = self.releases.on_trial() if self.options.trial else None
        if going and going.by != AUTHOR:
            raise ConflictError(f"{going.by} has release {going.release} on trial; end that first")

    def _warn_of_strangers(self, taught: Lessons) -> None:
        for name in strangers(taught, self.options.trust):
            known = ", ".join(taught.people) or "nobody"
            log.warning("--trust %s: no review is by a user of that name; reviews are by %s", name, known)

    def _worth_it(self, taught: Lessons) -> bool:
        """Return whether there is anything to train for; note what was taught."""
        self.found["learned"] = findings.learned(taught)
        files = self.live.desk != self.made_from
        return bool(taught.fresh or self.options.fresh or files or self.releases.barred(self.live.id))

    def _candidate(self, taught: Lessons, run: TrackedRun) -> Candidate:
        folder = self.folder / CANDIDATE

        def fit(report: Report) -> dict[str, Any]:
            shutil.rmtree(folder, ignore_errors=True)
            self._forget(EXAM, CHANGES, CURVE)  # of a former candidate
            folder.mkdir()
            erased = self.releases.barred(self.live.id)
            tune, start = tuning_after(self.live, self.options.tune, self.stages.left, erased)
            history, started = history_with(self.desk, taught), time.monotonic()
            metrics = learn(history, folder, self.settings, tune, report, run, start)
            if tune and start is None:
                whole = round(time.monotonic() - started, 1)
            else:
                whole = seconds_tuning(self.live)
            return metrics | ({"seconds_tuning": whole} if whole else {})

        if not all((folder / part).exists() for part in LEARNED):
            self._forget(FIT)
        metrics = self.stages.kept(FIT, fit)
        with self.stages.stage("answers"):
            adopted = adopt_intents(self.engine, self.desk.id, taught.new_intents)
            versions = {**(self.releases.live_answers() or {}), **adopted}
            same = same_encoder(self.live.encoder_folder, folder / "encoder")
            former = self.live.folder / "passages" if same else None
            answers = add_answers(folder, self.settings, self.engine, versions, former=former)
        return Candidate(folder, metrics, answers)

    def _examine(self, candidate: Candidate, taught: Lessons) -> None:
        cases = cases_of(self.desk, taught.exam)
        with self._bot(self.live) as live, self._bot(candidate.release(self.live)) as after:
            exam = exam_of(
                self.stages.kept(EXAM, lambda report: asdict(examine(live, after, cases, self.desk, report)))
            )
            self.found |= self.stages.kept(
                CHANGES, lambda report: changes(self.engine, live, after, self.options.replayed, report)
            )
            times = findings.latency(live, after, exam)
            self.found["curve"] = self._curve(taught, cases, live)
        shares = figures(exam, self.desk.languages)
        sizes = megabytes(self.live.folder), candidate.megabytes
        held_out = self._held_out(candidate)
        checks = gate(exam, shares, self.options.limits, sizes, times, held_out)
        self.found |= findings.judged(exam, shares, checks, self.desk.languages)
        self.found["size_mb"], self.found["latency_ms"] = (
            dict(zip(("live", "candidate"), pair, strict=True)) for pair in (sizes, times)
        )

    def _curve(self, taught: Lessons, cases: Sequence[Case], live: Bot) -> list[Any]:
        """Return the learning curve, which a night short of time does without."""
        if self.stages.left < SHORT:
            return []
        history = history_with(self.desk, taught)
        curve: list[Any] = self.stages.kept(
            CURVE, lambda report: learning_curve(history, len(taught.learned), cases, live.encoder, report)
        )
        return curve

    def _held_out(self, candidate: Candidate) -> dict[str, tuple[float, float, int]]:
        """Return per language the accuracies that training measured, and roughly on how many messages."""
        was, now = self.live.metrics, candidate.metrics
        count = now["messages"] // len(self.desk.languages)
        return {
            language: (was[language]["accuracy"], now[language]["accuracy"], count)
            for language in self.desk.languages
            if language in was and language in now
        }

    def _publish(self, candidate: Candidate, taught: Lessons) -> tuple[str, str]:
        seconds = round(sum(stage.seconds for stage in self.stages.done), 1)
        publication = Publication(
            self.settings, self.engine, self.desk.id, self.releases, self.lease, self.live, self.made_from,
            self.folder.name, candidate, seconds,
        )  # fmt: skip
        if self.options.trial:
            return TRIAL, publication.try_out(self.options.trial).id
        return LIVE, publication.make_live(taught).id

    @contextmanager
    def _bot(self, release: Release) -> Iterator[Bot]:
        """Open a bot on a release whose conversations are nobody's."""
        with TemporaryDirectory(prefix="frontdesk-night-") as home:
            engine = open_database(f"sqlite:///{home}/exam.sqlite3", Path(home))
            try:
                yield Bot.of(release, Conversations(engine, self.desk.id))
            finally:
                engine.dispose()

    def _forget(self, *stages: str) -> None:
        for name in stages:
            (self.folder / f"{name}.json").unlink(missing_ok=True)

    def _clean_up(self) -> None:
        """Take away what is kept no longer; where that fails, the next night does it."""
        try:
            with self.stages.stage("retention"):
                clean_up(self.engine, self.settings, AUTHOR)
        except Exception:
            log.exception("night %s could not clean up", self.folder.name)

    def _end(self, outcome: str, release: str | None, error: str | None, began: datetime) -> Result:
        if outcome in (KEPT, FAILED) and self.releases.barred(self.live.id):
            self.found["checks"] = [*self.found.get("checks", ()), findings.erased(self.live.id)]
        self.found |= {
            "night": self.folder.name, "desk": self.desk.id, "desk_name": dict(self.desk.name),
            "titles": {i.id: dict(i.title) for i in self.desk.intents.values()},
            "began": began.isoformat(), "ended": datetime.now(UTC).isoformat(), "outcome": outcome,
            "before": self.live.id, "release": release, "options": self.options.as_json(), "error": error,
            "former": self.nights.former(), "stages": self.stages.as_json(), "timezone": self.desk.timezone,
        }  # fmt: skip
        shutil.rmtree(self.folder / CANDIDATE, ignore_errors=True)
        write_whole(self.folder / "report.html", report_page(self.found))
        write_whole(self.folder / REPORT, json.dumps(self.found, ensure_ascii=False, indent=1))
        self._forget(FIT, EXAM, CHANGES, CURVE)
        (self.folder / STATE).unlink(missing_ok=True)
        reasons = reasons_of(self.found)
        self.nights.end(self.folder.name, outcome, release, reasons, in_short(self.found))
        told = tuple(str(reason["text"]) for reason in reasons)
        return Result(self.folder.name, outcome, release, told, self.folder, findings.measured(self.found))
