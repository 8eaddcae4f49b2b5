"""Groups hold every message once, keep their number when they are grouped anew, and leave open ones alone."""

import numpy as np
from sqlalchemy import Engine, select, update

from data.review.groups import centres, join_groups, open_items, waiting_turns
from data.review.items import take_in
from data.review.rank import claim, ranked_groups, release
from data.review.verdicts import Ruling, give_verdict
from data.tables import ReviewItem, TurnVector
from tests.data.review_log import group_as, say_unsure, write_groups


def members(engine: Engine) -> dict[int | None, set[int]]:
    held: dict[int | None, set[int]] = {}
    with engine.connect() as db:
        for turn, group in db.execute(select(ReviewItem.turn, ReviewItem.group).where(ReviewItem.open)):
            held.setdefault(group, set()).add(turn)
    return held


def test_a_group_goes_on_as_the_one_most_of_it_came_from(engine: Engine) -> None:
    first, second = write_groups(engine, 5, 3)
    before = members(engine)
    one, two = (next(g for g, turns in before.items() if turns == set(was)) for was in (first, second))
    group_as(engine, [[*first[:4], second[0]], second[1:], first[4:]])
    after = members(engine)
    assert after[one] == {*first[:4], second[0]}
    assert after[two] == set(second[1:])
    assert set(first[4:]) in after.values()
    assert sum(map(len, after.values())) == 8
    assert {g.id: g.open for g in ranked_groups(engine)} == {g: len(turns) for g, turns in after.items()}


def test_an_open_group_is_left_alone(engine: Engine) -> None:
    first, second = write_groups(engine, 4, 2)
    held = ranked_groups(engine)[0].id
    assert claim(engine, "rea", held)
    group_as(engine, [[*first[:1], *second], first[1:]])
    assert members(engine)[held] == set(first)
    release(engine, "rea", [held])
    group_as(engine, [[*first[:1], *second], first[1:]])
    assert members(engine)[held] == set(first[1:])


def test_verdicts_stay_and_finished_groups_go_when_all_is_grouped_anew(engine: Engine) -> None:
    first, second = write_groups(engine, 4, 2)
    done = ranked_groups(engine)[0].id
    claim(engine, "rea", done)
    give_verdict(engine, "rea", done, Ruling("out_of_scope"))
    release(engine, "rea", [done])
    group_as(engine, [second])
    assert [set(t) for t in members(engine).values()] == [set(second)]
    assert done not in {g.id for g in ranked_groups(engine)}
    with engine.connect() as db:
        closed = db.scalars(select(ReviewItem.turn).where(ReviewItem.open.is_(False))).all()
    assert set(closed) == set(first)
    assert take_in(engine) == 0


def test_what_is_said_twice_has_one_vector(engine: Engine) -> None:
    write_groups(engine, 3, 2)
    items = open_items(engine)
    assert items.texts == ["question 1", "question 0"]
    assert items.vectors.shape == (2, 16)
    assert dict(zip(items.turns.tolist(), items.says.tolist(), strict=True)) == {1: 1, 2: 1, 3: 1, 4: 0, 5: 0}


def test_a_new_turn_joins_a_group(engine: Engine) -> None:
    first, _ = write_groups(engine, 3, 2)
    say_unsure(engine, "late", 0)
    take_in(engine)
    waiting = open_items(engine, waiting_turns(engine, 10))
    assert len(waiting.turns) == 1
    numbers, middles = centres(engine, 16)
    nearest = numbers[(middles @ waiting.vectors[0]).argmax()]
    join_groups(engine, waiting.turns.tolist(), [int(nearest)])
    assert members(engine)[int(nearest)] == {*first, int(waiting.turns[0])}
    assert next(g for g in ranked_groups(engine) if g.id == nearest).open == 4
    assert waiting_turns(engine, 10) == []


def test_vectors_of_another_encoder_are_left_out(engine: Engine) -> None:
    write_groups(engine, 1, 2)
    say_unsure(engine, "odd", 2)
    with engine.begin() as db:
        short = np.zeros(4, np.float16).tobytes()
        db.execute(update(TurnVector).where(TurnVector.turn == 4).values(vector=short))
    take_in(engine)
    assert open_items(engine).turns.tolist() == [3, 2, 1]
