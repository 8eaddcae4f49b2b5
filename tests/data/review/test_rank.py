"""What comes first, and that nobody gets what somebody else has open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, update

from data.log.conversations import Conversations
from data.review.groups import recount
from data.review.items import take_in
from data.review.rank import claim, claim_next, left, ranked_groups, release, renew, score
from data.review.worth import facts_of
from data.tables import ReviewClaim, now
from tests.data.review_log import write_groups

PEOPLE = 8


def test_the_rank_is_messages_by_doubt_by_displeasure() -> None:
    assert score(16, 0.5, 0.0) == 1
    assert score(16, 0.5, 1.0) == 4
    assert score(16, 0.0, 0.0) == pytest.approx(0.04)


def test_a_single_greeting_comes_last(engine: Engine) -> None:
    assert score(1, 0.0, 0.0) == score(1, 0.0, 0.2) < score(1, 0.01, 0.0)
    assert score(2, 0.0, 0.0) > score(1, 0.0, 0.2)
    assert score(1, 0.0, 0.5) > score(1, 0.01, 0.0)  # somebody was unhappy


@pytest.mark.parametrize(
    ("reason", "route", "in_scope", "uncertainty"),
    [
        ("small_talk", "social", 0.6, 0.0), ("out_of_scope", "refuse", 0.05, 0.0),
        ("out_of_scope", "refuse", 0.2, 0.2), ("intent_accepted", "answer", 1.0, 0.25),
    ],
)  # fmt: skip
def test_chatter_is_nothing_to_doubt(reason: str, route: str, in_scope: float, uncertainty: float) -> None:
    row: Any = SimpleNamespace(
        id=1, language="en", intent=None if route == "refuse" else "greeting", confidence=0.75, route=route,
        reason=reason, in_scope=in_scope, accept_at=0.5, refuse_below=0.3, mood=0.0, likeliest="greeting",
        before=None, text="hello there",
    )  # fmt: skip
    assert facts_of(row).uncertainty == pytest.approx(uncertainty)


def test_the_larger_comes_first_unless_customers_of_another_were_unhappy(engine: Engine) -> None:
    write_groups(engine, 5, 3)
    groups = ranked_groups(engine)
    assert [g.open for g in groups] == [5, 3]
    assert [g.readings for g in groups] == [{"return_item": 5}, {"return_item": 3}]
    for at in range(3):
        Conversations(engine, "kiosk").rate(f"0-1-{at}", 1, False)
    take_in(engine)
    with engine.begin() as db:
        recount(db, [g.id for g in groups])
    again = ranked_groups(engine)
    assert [g.open for g in again] == [3, 5]
    assert again[0].score == pytest.approx(3**0.25 * 0.5 * 4)
    assert again[0].text == "question 1"


def test_of_many_who_ask_at_once_each_gets_another_group(engine: Engine) -> None:
    write_groups(engine, *[2] * (PEOPLE - 2))
    with ThreadPoolExecutor(PEOPLE) as pool:
        given = list(pool.map(lambda at: claim_next(engine, f"person{at}"), range(PEOPLE)))
    got = [group for group in given if group is not None]
    assert len(got) == len(set(got)) == PEOPLE - 2
    assert given.count(None) == 2


def test_of_many_who_want_one_group_one_gets_it(engine: Engine) -> None:
    write_groups(engine, 2)
    group = ranked_groups(engine)[0].id
    with ThreadPoolExecutor(PEOPLE) as pool:
        given = list(pool.map(lambda at: claim(engine, f"person{at}", group), range(PEOPLE)))
    assert given.count(True) == 1
    assert ranked_groups(engine)[0].user == f"person{given.index(True)}"


def test_a_claim_ends_by_itself_or_is_renewed_or_given_up(engine: Engine) -> None:
    write_groups(engine, 2)
    group = ranked_groups(engine)[0].id
    assert claim(engine, "ann", group)
    assert claim(engine, "ann", group)
    assert not claim(engine, "bob", group)
    assert renew(engine, "ann", [group]) == [group]
    with engine.begin() as db:
        db.execute(update(ReviewClaim).values(until=now() - timedelta(seconds=1)))
    assert renew(engine, "ann", [group]) == []
    assert claim(engine, "bob", group)
    release(engine, "ann", [group])  # not hers any more
    assert not claim(engine, "ann", group)
    release(engine, "bob", [group])
    assert claim(engine, "ann", group)


def test_a_group_that_is_not_there_is_nobodys(engine: Engine) -> None:
    assert not claim(engine, "ann", 12)
    assert claim_next(engine, "ann") is None


def test_what_is_left_is_counted(engine: Engine) -> None:
    assert left(engine) == {"messages": 0, "groups": 0, "waiting": 0}
    write_groups(engine, 5, 3)
    assert left(engine) == {"messages": 8, "groups": 2, "waiting": 0}
