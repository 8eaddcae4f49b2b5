"""One night: what staff corrected by day becomes a better release by morning, or nothing changes.

Customers have the live release until the last step, which is one rename. Everything before it is written in
the night's own folder, so that a night that is killed, or has no more disk, leaves nothing else behind; the
next one goes on with it where nothing has changed, and clears it away otherwise.
"""

import hashlib
import json
import logging
import re
import shutil
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from bot.pipeline import Bot
from data.answer_files import draft_desk
from data.answers import Answers, overlay_of, usable
from data.audit import write_audit
from data.conversations import Conversations
from data.database import open_database
from data.desk import Desk, fingerprint, load_desk
from data.lease import Held, leased
from data.nights import Nights, in_short, night_folder, reasons_of
from data.releases import Release, Releases
from data.settings import Settings
from data.taught import mark_learned
from retrieval.bundled_encoder import encoder_identity
from training.nightly.candidate import (
    AUTHOR,
    Candidate,
    add_answers,
    adopt_intents,
    is_learned,
    learn,
    megabytes,
    same_encoder,
)
from training.nightly.changes import changes
from training.nightly.exam import Exam, cases_of, examine
from training.nightly.gate import by_intent, calibration, confused, figures, gate
from training.nightly.lessons import Lessons, checked, collect, contradictions, history_with
from training.nightly.options import Options
from training.nightly.report import report_page
from training.nightly.stages import BudgetError, Report, Stages, write_whole

log = logging.getLogger(__name__)
STATE = "night.json"
NIGHT = re.compile(r"\d{8}-\d{4}-[0-9a-f]{4}")
LIVE, TRIAL, KEPT, DRY, FAILED = "live", "trial", "kept", "dry", "failed"
TUNING = 1.3  # times the seconds of the last one that tuning needs of the budget
MOST_SUSPECTS = 50


@dataclass(frozen=True)
class Result:
    """How a night ended."""

    night: str
    outcome: str
    release: str | None
    reasons: tuple[str, ...]
    folder: Path


def run_night(settings: Settings, options: Options, report: Report = lambda share, what: None) -> Result:
    """Run a night to its end, whatever that is.

    Raises ReleaseError where there is no live release to begin from, DeskError where the desk can't be read,
    ConflictError where another night runs.
    """
    desk = load_desk(settings.desk)
    engine = open_database(settings.url, settings.home)
    try:
        live = Releases(settings.home, desk.id).live()
        with leased(engine, f"night of {desk.id}") as lease:
            return _Night(settings, options, engine, live, lease, report).run()
    finally:
        engine.dispose()


class _Night:
    """What the stages of a night share."""

    def __init__(
        self,
        settings: Settings,
        options: Options,
        engine: Engine,
        live: Release,
        lease: Held,
        report: Report,
    ) -> None:
        self.settings, self.options, self.engine, self.live, self.lease = (
            settings, options, engine, live, lease,
        )  # fmt: skip
        self.desk = _desk_of(settings, engine, live)
        self.releases = Releases(settings.home, self.desk.id)
        self.nights = Nights(engine, self.desk.id)
        self.made_from = fingerprint(settings.desk.resolve(), encoder_identity(settings.encoder))
        self.found: dict[str, Any] = {}  # what the report says
        self._report = report

    def run(self) -> Result:
        taught = collect(self.engine, self.desk, self.options.since)
        self.id, began = self._begin(taught)
        self.folder = night_folder(self.settings.home, self.desk.id, self.id)
        self.stages = Stages(self.folder, self.options.budget, self._report)
        outcome, release, error = KEPT, None, None
        try:
            if self._tells(taught):
                outcome, release = self._train(taught)
        except Exception as raised:  # whatever it was, customers keep their release
            log.exception("night %s failed", self.id)
            outcome, error = FAILED, f"{type(raised).__name__}: {raised}"
        return self._end(outcome, release, error, began)

    def _train(self, taught: Lessons) -> tuple[str, str | None]:
        with self.stages.stage("checking the reviews"), self._bot(self.live) as live:
            taught = self._checked(taught, live)
        if not (taught.fresh or self.options.fresh or self.live.desk != self.made_from):
            self._fail("reviews", "nothing is left to learn: all of the reviews were kept out")
            return KEPT, None
        candidate = self._candidate(taught)
        with self._bot(self.live) as live, self._bot(candidate.release(self.live)) as after:
            exam = self._examined(live, after, taught)
            self.found |= self.stages.kept("changes", lambda report: self._changes(live, after, report))
            latency = _latency(live, after, exam)
        self._judged(exam, candidate, latency)
        if any(not check["passed"] for check in self.found["checks"]):
            return KEPT, None
        if self.options.dry_run:
            return DRY, None
        with self.stages.stage("publishing"):
            return LIVE, self._publish(candidate, taught).id

    def _tells(self, taught: Lessons) -> bool:
        """Return whether there is anything to train for, and note what was taught."""
        self.found["learned"] = _learned(taught)
        if taught.fresh or self.options.fresh or self.live.desk != self.made_from:
            return True
        self._fail("reviews", "no review is new and the desk's files are those of the live release")
        return False

    def _checked(self, taught: Lessons, live: Bot) -> Lessons:
        kept = checked(taught, live.classifier, live.encoder, self.options.trust)
        fresh = [lesson for lesson in taught.learned if lesson.fresh]
        self.found["suspects"] = [
            {
                "text": s.text, "labels": list(s.labels), "author": s.author,
                **_reading(live, s.text),
            }
            for s in contradictions(fresh, live.classifier, live.encoder)[:MOST_SUSPECTS]
        ]  # fmt: skip
        self.found["learned"] = _learned(kept)
        for name in kept.kept_out:
            author = kept.authors[name]
            log.warning(
                "%d reviews of %s are kept out: the live release, sure of itself, reads %d of them otherwise",
                author.fresh, name, author.contradicted,
            )  # fmt: skip
        return kept

    def _candidate(self, taught: Lessons) -> Candidate:
        folder = self.folder / "candidate"
        tune = self._tunes()
        start = self.live.encoder_folder if self.live.metrics.get("tuned") and not tune else None

        def fit(report: Report) -> dict[str, Any]:
            return learn(history_with(self.desk, taught), folder, self.settings, tune, start, report)

        if not is_learned(folder):
            (self.folder / "fit.json").unlink(missing_ok=True)
        metrics = self.stages.kept("fit", fit)
        with self.stages.stage("answers"):
            adopted = adopt_intents(self.engine, self.desk.id, taught.new_intents)
            versions = {**(self.releases.live_answers() or {}), **adopted}
            same = same_encoder(self.live.encoder_folder, folder / "encoder")
            former = self.live.folder / "passages" if same else None
            kept = add_answers(folder, self.settings, self.engine, self.desk.id, versions, former)
        return Candidate(folder, metrics, kept)

    def _tunes(self) -> bool:
        """Return whether the encoder learns, too: as it did for the live release, where there is time."""
        if self.options.tune is not None:
            return self.options.tune
        took = float(self.live.metrics.get("seconds", 0.0))
        return bool(self.live.metrics.get("tuned")) and took * TUNING < self.stages.left

    def _examined(self, live: Bot, after: Bot, taught: Lessons) -> Exam:
        cases = cases_of(self.desk, taught.exam)
        return Exam.of(
            self.stages.kept("exam", lambda report: examine(live, after, cases, self.desk, report).as_json())
        )

    def _changes(self, live: Bot, after: Bot, report: Report) -> dict[str, Any]:
        return changes(self.engine, live, after, self.options.replayed, report)

    def _judged(self, exam: Exam, candidate: Candidate, latency: tuple[float, float]) -> None:
        languages = self.desk.languages
        shares = figures(exam, languages)
        sizes = (megabytes(self.live.folder), candidate.megabytes)
        held_out = {
            language: (
                self.live.metrics[language]["accuracy"], candidate.metrics[language]["accuracy"],
                len(exam.rows(language)) or candidate.metrics["messages"] // len(languages),
            )
            for language in languages
            if language in self.live.metrics and language in candidate.metrics
        }  # fmt: skip
        checks = gate(exam, shares, self.options.limits, sizes, latency, held_out)
        went = {conversation.id: conversation for conversation in exam.scripted_live}
        self.found |= {
            "checks": [asdict(check) for check in checks],
            "figures": {of: {name: asdict(s) for name, s in f.items()} for of, f in shares.items()},
            "intents": [
                {"id": i, "n": n, "live": before, "candidate": now} for i, n, before, now in by_intent(exam)
            ],
            "confused": confused(exam),
            "calibration": calibration(exam, languages),
            "scripted": [
                {"id": c.id, "language": c.language, "live": went[c.id].right, "candidate": c.right,
                 "what": c.what or went[c.id].what}
                for c in exam.scripted_candidate
            ],
            "size_mb": {"live": sizes[0], "candidate": sizes[1]},
            "latency_ms": {"live": latency[0], "candidate": latency[1]},
        }  # fmt: skip

    def _publish(self, candidate: Candidate, taught: Lessons) -> Release:
        def take(folder: Path) -> dict[str, Any]:
            for part in ("encoder", "classifier"):
                shutil.copytree(candidate.folder / part, folder / part)
            seconds = sum(stage.seconds for stage in self.stages.done)
            return {**candidate.metrics, "seconds": round(seconds, 1)}

        def finish(folder: Path, live: dict[str, int] | None) -> dict[str, Any]:
            """Take the answers as they are live now: somebody may have published some since."""
            adopted = {s: n for s, n in candidate.answers.items() if s.startswith("intent/")}
            versions = {**(candidate.answers if live is None else live), **adopted}
            former = candidate.folder / "passages"
            kept = add_answers(folder, self.settings, self.engine, self.desk.id, versions, former)
            return {"kind": "trained", "by": AUTHOR, "night": self.id, "base": self.live.id, "answers": kept}

        @contextmanager
        def noted(release_id: str) -> Iterator[None]:
            with self.engine.begin() as db:
                self.lease.require(db)
                answers = {s: n for s, n in candidate.answers.items() if s.startswith("intent/")}
                Answers(self.engine, self.desk.id).mark_released(db, answers, release_id)
                mark_learned(db, release_id, taught.until, taught.kept_out)
                after = {"release": release_id, "night": self.id}
                write_audit(db, AUTHOR, "release_live", release_id, {"release": self.live.id}, after)
                yield

        return self.releases.publish(self.made_from, take, True, finish, noted)

    def _fail(self, check: str, text: str) -> None:
        self.found.setdefault("checks", []).append(
            {"check": check, "language": "", "passed": False, "text": text}
        )

    @contextmanager
    def _bot(self, release: Release) -> Iterator[Bot]:
        """Open a bot on a release whose conversations are nobody's."""
        with TemporaryDirectory(prefix="frontdesk-night-") as home:
            engine = open_database(f"sqlite:///{home}/exam.sqlite3", Path(home))
            try:
                yield Bot.of(release, Conversations(engine, self.desk.id))
            finally:
                engine.dispose()

    def _begin(self, taught: Lessons) -> tuple[str, datetime]:
        """Go on with a night that was cut short where nothing has changed since; else begin a new one."""
        key = hashlib.sha256(
            json.dumps([self.made_from, self.live.id, taught.until, repr(self.options)]).encode()
        ).hexdigest()
        root = night_folder(self.settings.home, self.desk.id, "any").parent
        resumed: tuple[str, datetime] | None = None
        for folder in sorted(root.glob("*/")):
            if not NIGHT.fullmatch(folder.name) or (folder / "report.json").exists():
                continue
            state = _state(folder / STATE)
            row = self.nights.one(folder.name)
            if state.get("key") == key and row is not None and row.ended is None:
                resumed = folder.name, row.began
            else:
                shutil.rmtree(folder, ignore_errors=True)
        for row in self.nights.latest():
            if row.ended is None and (resumed is None or row.id != resumed[0]):
                self.nights.end(row.id, FAILED, None, [_cut_short()], {})
        if resumed:
            log.warning("going on with night %s, which was cut short", resumed[0])
            return resumed
        night_id = f"{datetime.now(UTC):%Y%m%d-%H%M}-{uuid4().hex[:4]}"
        folder = root / night_id
        folder.mkdir(parents=True)
        self.nights.begin(night_id, self.live.id, _options(self.options))
        write_whole(folder / STATE, json.dumps({"key": key}))
        return night_id, datetime.now(UTC)

    def _end(self, outcome: str, release: str | None, error: str | None, began: datetime) -> Result:
        self.found |= {
            "night": self.id, "desk": self.desk.id, "desk_name": dict(self.desk.name),
            "began": began.isoformat(), "ended": datetime.now(UTC).isoformat(), "outcome": outcome,
            "before": self.live.id, "release": release, "options": _options(self.options), "error": error,
            "former": self.nights.former(), "stages": self.stages.as_json(),
        }  # fmt: skip
        shutil.rmtree(self.folder / "candidate", ignore_errors=True)
        write_whole(self.folder / "report.html", report_page(self.found))
        write_whole(self.folder / "report.json", json.dumps(self.found, ensure_ascii=False, indent=1))
        for part in ("exam.json", "changes.json", "fit.json", STATE):
            (self.folder / part).unlink(missing_ok=True)
        reasons = reasons_of(self.found)
        self.nights.end(self.id, outcome, release, reasons, in_short(self.found))
        return Result(self.id, outcome, release, tuple(str(r["text"]) for r in reasons), self.folder)


def _desk_of(settings: Settings, engine: Engine, live: Release) -> Desk:
    """Return the desk as customers have it: its files with what is laid over them in the live release."""
    files = load_desk(settings.desk)
    overlay, _ = usable(files, overlay_of(Answers(engine, files.id).at(live.answers)))
    return draft_desk(settings.desk, overlay)


def _learned(taught: Lessons) -> dict[str, Any]:
    by_intent: dict[str, dict[str, int]] = {}
    for lesson in taught.learned:
        for label in lesson.labels or ("out_of_scope",):
            counts = by_intent.setdefault(label, {"fresh": 0, "examples": 0})
            counts["examples"] += 1
            counts["fresh"] += lesson.fresh
    return {
        "examples": len(taught.learned),
        "fresh": taught.fresh,
        "exam": len(taught.exam),
        "by_author": {name: asdict(author) for name, author in taught.authors.items()},
        "by_intent": by_intent,
        "new_intents": [{"id": name, "title": dict(title)} for name, title in taught.new_intents.items()],
        "left_out": [asdict(one) for one in taught.left_out],
    }


def _reading(live: Bot, text: str) -> dict[str, Any]:
    best = live.try_out(text).understanding.best
    return {"suggested": best.id, "confidence": round(best.confidence, 4)}


def _latency(live: Bot, after: Bot, exam: Exam, most: int = 60) -> tuple[float, float]:
    """Return both releases' median milliseconds a message, asked in turns so that neither has it easier."""
    texts: Sequence[str] = [case.text for case in exam.cases[:: max(1, len(exam.cases) // most)]]
    times = [(live.try_out(text).ms, after.try_out(text).ms) for text in texts or ("hello",)]
    before, now = zip(*times, strict=True)
    return round(statistics.median(before), 2), round(statistics.median(now), 2)


def _options(options: Options) -> dict[str, Any]:
    kept = asdict(options)
    kept["budget"] = str(options.budget)
    kept["since"] = options.since.isoformat() if options.since else None
    return kept


def _state(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _cut_short() -> dict[str, str]:
    return {"check": "error", "language": "", "text": "it was cut short: killed, or the machine went down"}


__all__ = ["BudgetError", "Result", "run_night"]
