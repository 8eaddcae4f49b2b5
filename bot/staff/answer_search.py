"""Finding answers by what customers read: facts filled in, in either script of Chinese."""

from data.answer.drafts import Draft
from data.answer.files import Content, Subject
from data.desk import Desk
from data.fold import fold


class AnswerSearch:
    """The texts of one draft, folded to be compared."""

    def __init__(self, draft: Draft) -> None:
        self.key = draft.key
        subjects = dict.fromkeys((*draft.contents, *draft.wrong, *draft.latest))
        self._texts = {str(subject): _all_of(draft, subject) for subject in subjects}

    def find(self, question: str) -> list[str]:
        """Return the answers with the question as it stands; where none has it, those with all its words."""
        asked = fold(question).lower()
        if not asked:
            return []
        found = [subject for subject, text in self._texts.items() if asked in text]
        return found or [s for s, text in self._texts.items() if all(word in text for word in asked.split())]


def _all_of(draft: Draft, subject: Subject) -> str:
    latest = draft.latest.get(subject)
    content = draft.content(subject) or (latest.content if latest else None) or draft.of_files.get(subject)
    texts = _read(draft.desk, content) if content else []
    return fold("\n".join([subject.id, *_titles(draft.desk, subject, content), *texts])).lower()


def _titles(desk: Desk, subject: Subject, content: Content | None) -> list[str]:
    ids = [subject.id.split(".")[0]] if subject.kind == "template" else (content or {}).get("intents", [])
    return [title for i in ids if i in desk.intents for title in desk.intents[i].title.values()]


def _read(desk: Desk, content: Content) -> list[str]:
    """Return the texts as customers read them, and as they are written."""
    found = []
    for language, text in content["texts"].items():
        parts = [text] if isinstance(text, str) else [text["title"], text["body"]]
        for part in parts:
            found.append(part)
            if "{fact." in part:
                found.append(_filled(desk, part, language))
    return found


def _filled(desk: Desk, text: str, language: str) -> str:
    for name in desk.facts:
        text = text.replace(f"{{fact.{name}}}", desk.fact(name, language))
    return text
