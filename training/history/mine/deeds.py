"""What an agent says as one person: deeds that were done, promises, names, being a human.

A template that repeats it would lie to the next customer: nobody has cancelled that one's booking, and nobody
will call. Judged clause by clause; what holds for everybody ("once we have received it, we refund you") is
none. Not covered: deeds in the present ("you get a new confirmation"), names without a word that says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.keywords import word_count
from training.history.mine.chinese_deeds import CHINESE
from training.history.mine.clauses import Clause, clauses_of
from training.history.mine.english_deeds import ENGLISH
from training.history.mine.wordings import Wordings

WORDINGS = (ENGLISH, CHINESE)  # whatever the language of a reply: Chinese ones have English words
LEAST_LEFT = 4  # words beside what one person says, from which a reply still answers


@dataclass(frozen=True)
class Deed:
    """What of a text one person says: `done`, `promise`, `person` (that it is a human) or `name`."""

    kind: str
    start: int
    end: int


def find_deeds(text: str) -> list[Deed]:
    """Return what one person says of itself in a reply, in order and without overlaps."""
    found: list[Deed] = []
    for clause in clauses_of(text):
        kind = _kind(clause)
        if not kind:
            continue
        last = found[-1] if found else None
        if last and last.kind == kind and not text[last.end : clause.start].strip(" ,，、:：!！.。–—-~～\n"):
            found[-1] = Deed(kind, last.start, clause.end)
        else:
            found.append(Deed(kind, clause.start, clause.end))
    return sorted([*_names(text, found), *found], key=lambda deed: deed.start)


def personal(text: str) -> int:
    """Return how far a reply is one person's: 0 not at all, 1 in part, 2 with hardly a word beside it.

    One of hardly a word ("No idea") states no rule either and is taken for 1.
    """
    deeds = find_deeds(text)
    for deed in reversed(deeds):
        text = f"{text[: deed.start]} {text[deed.end :]}"
    return bool(deeds) + (word_count(text) < LEAST_LEFT)


def _kind(clause: Clause) -> str:
    """Return what a clause is: a kind of deed, or "" where it may be said to anybody."""
    return next((kind for wordings in WORDINGS if (kind := _kind_in(clause, wordings))), "")


def _kind_in(clause: Clause, wordings: Wordings) -> str:
    said = clause.plain
    if wordings.human.search(said):
        return "person"
    if wordings.reported.search(said):
        return "done"
    if wordings.promised.search(said):
        return "promise"
    if clause.is_conditional:
        return ""
    if wordings.promised_now.search(said):
        return "promise"
    return "done" if _is_own_case(said, wordings) else ""


def _is_own_case(said: str, wordings: Wordings) -> bool:
    if wordings.since.search(said) or (wordings.anybody and wordings.anybody.search(said)):
        return False
    return bool(wordings.bare.fullmatch(said) or wordings.own.search(said))


def _names(text: str, found: list[Deed]) -> Iterator[Deed]:
    """Yield the names of staff that stand in no other deed."""
    taken = list(found)
    for pattern in (p for wordings in WORDINGS for p in wordings.names):
        for m in pattern.finditer(text):
            if all(m.end(1) <= deed.start or deed.end <= m.start(1) for deed in taken):
                taken.append(Deed("name", m.start(1), m.end(1)))
                yield taken[-1]
