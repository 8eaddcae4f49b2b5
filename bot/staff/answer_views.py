"""What the Answers page shows: the list, what waits to be published, checks, and a message tried out."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from bot.pipeline import Bot
from bot.staff.answer_forms import problem_out
from bot.staff.answer_names import answer_names
from bot.staff.answer_preview import preview
from bot.turn import Turn
from data.answer.answers import Version
from data.answer.checks import ORDER_FIELDS, check_answer, check_loss, serious
from data.answer.diff import diff
from data.answer.drafts import Draft
from data.answer.files import Content, Subject
from data.desk import NAMED, Conditions, Desk

Contents = dict[Subject, Content]


def items(
    draft: Draft, live: Contents, live_versions: Mapping[str, int], language: str
) -> Iterator[dict[str, Any]]:
    retired = [s for s, v in draft.latest.items() if v.state == "retired"]
    subjects = dict.fromkeys((*draft.contents, *draft.wrong, *retired))
    contents = {subject: _shown(draft, subject) for subject in subjects}
    names = answer_names(draft.desk, contents, language)
    for subject, shown in contents.items():
        texts = {k: t if isinstance(t, str) else t["title"] for k, t in shown["texts"].items()}
        yield {
            "kind": subject.kind,
            "id": subject.id,
            "applies": names.get(subject, ""),
            "intents": [subject.id.split(".")[0]] if subject.kind == "template" else shown.get("intents", []),
            "texts": {language: text[:160] for language, text in texts.items()},
            "state": state_of(draft, subject, live, live_versions.get(str(subject), 0)),
        }


def _shown(draft: Draft, subject: Subject) -> Content:
    kept = draft.content(subject) or draft.latest[subject].content or draft.of_files.get(subject)
    return kept or {"texts": {}}


def state_of(draft: Draft, subject: Subject, live: Contents, live_version: int) -> str:
    """Return live, draft, new, retired (published or not), rolled_back or invalid."""
    if subject in draft.wrong:
        return "invalid"
    now, then = live.get(subject), draft.content(subject)
    if (
        now != then
        and subject in draft.latest
        and standing(draft.latest[subject], live_version) == "rolled_back"
    ):
        return "rolled_back"
    if then is None:
        return "gone" if now is None else "retired"
    return "live" if now == then else "new" if now is None else "draft"


def standing(version: Version, live_version: int) -> str:
    """Return what became of a version: live, replaced or rolled_back where it was live before, or never.

    What is live is what the live release says; a later version that was out before it was taken back.
    """
    if version.version == live_version:
        return "live"
    if version.released is None:
        return "never"
    return "rolled_back" if version.version > live_version else "replaced"


def pending(draft: Draft, live: Desk, live_versions: Mapping[str, int]) -> list[dict[str, Any]]:
    return [_change(draft, s, *both, live_versions.get(str(s), 0)) for s, both in draft.pending(live).items()]


def _change(
    draft: Draft, subject: Subject, before: Content | None, after: Content | None, live_version: int
) -> dict[str, Any]:
    latest = draft.latest.get(subject)
    return {
        "kind": subject.kind,
        "id": subject.id,
        "version": draft.version(subject),
        "author": latest.author if latest else None,
        "at": latest.at if latest else None,
        "rolled_back": bool(latest and standing(latest, live_version) == "rolled_back"),
        "lines": [asdict(line) for line in diff(before, after) if line.sign.strip()],
    }


def known(desk: Desk) -> dict[str, Any]:
    """Return what an editor may choose from."""
    return {
        "languages": list(desk.languages),
        "facts": {name: {la: desk.fact(name, la) for la in desk.languages} for name in desk.facts},
        "order_fields": [f"order.{name}" for name in ORDER_FIELDS],
        "slots": [f"slot.{name}" for name in dict.fromkeys((*NAMED, *desk.slots))],
        "statuses": dict(desk.order_status),
        "conditions": list(Conditions.model_fields),
    }


def checked(draft: Draft, subject: Subject, content: Content | None) -> dict[str, Any]:
    if content is None:
        return {"problems": [], "preview": {}}
    found = check_answer(draft.desk, subject, content)
    if not serious(found):
        found += check_loss(draft.desk, subject, content)
    return {"problems": [problem_out(p) for p in found], "preview": preview(draft.desk, subject, content)}


def tried(bot: Bot, text: str) -> dict[str, Any]:
    turn: Turn = bot.try_out(text)
    found = turn.understanding
    return {
        **turn.as_reply(),
        "in_scope": round(found.in_scope, 4),
        "accept_at": round(found.accept_at, 4),
        "refuse_below": round(found.refuse_below, 4),
        "sources": [asdict(p) for p in turn.passages],
        "slot": turn.decision.slot,
    }
