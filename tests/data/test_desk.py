"""A desk is read from its folder; what is wrong with it is said with the file's name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from data.desk import Conditions, Desk, Slot, fingerprint, load_desk, read_article
from data.errors import DeskError

Break = Callable[[Path], object]


def replace(name: str, old: str, new: str) -> Break:
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


def write(name: str, content: str | bytes) -> Break:
    return lambda folder: (folder / name).write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )


def remove(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


def test_reads_the_head(small_desk: Path) -> None:
    desk = load_desk(small_desk)
    assert (desk.id, desk.languages, desk.name["zh"]) == ("kiosk", ("en", "zh"), "小店")


def test_reads_the_intents_by_id(small_desk: Path) -> None:
    intents = load_desk(small_desk).intents
    assert {i: (intent.kind, intent.slots) for i, intent in intents.items()} == {
        "return_item": ("act", ("order_number",)),
        "greeting": ("social", ()),
    }


def test_reads_the_templates_of_an_intent_in_the_order_of_the_file(small_desk: Path) -> None:
    answers = load_desk(small_desk).answers["return_item"]
    assert [(t.id, t.when, t.next) for t in answers] == [
        ("return_item.known", Conditions(order="known"), ()),
        ("return_item.unknown", Conditions(order="unknown"), ("greeting",)),
    ]


def test_reads_the_articles_of_each_language(small_desk: Path) -> None:
    articles = load_desk(small_desk).articles
    assert [(a.id, a.language, a.title, a.intents) for a in articles] == [
        ("returns", "en", "Returns", ("return_item",)),
        ("returns", "zh", "退货", ("return_item",)),
    ]


def test_cuts_an_article_into_sections_and_paragraphs(small_desk: Path) -> None:
    article = read_article(small_desk / "knowledge/en/returns.md", "en")
    assert [(s.heading, s.paragraphs) for s in article.sections] == [
        ("", ("You have {fact.return_days}.",)),
        ("The steps", ("Pack it.", "Send it.")),
    ]


def test_reads_products_where_there_are_some(small_desk: Path) -> None:
    write(
        "products.yaml",
        "- {id: mug, name: {en: Mug, zh: 杯}, aliases: {en: [cup]}, category: c, price: {en: $1, zh: 7 元}}",
    )(small_desk)
    assert [(p.id, p.aliases) for p in load_desk(small_desk).products] == [("mug", {"en": ("cup",)})]


def test_a_desk_may_sell_nothing(small_desk: Path) -> None:
    assert load_desk(small_desk).products == ()


BOOKING = "booking: {example: 7KX-1, ask: {en: Which?, zh: 哪个？}}"


@pytest.mark.parametrize(
    ("change", "file", "reason"),
    [
        (remove("desk.yaml"), "kiosk", "has no desk.yaml"),
        (write("desk.yaml", "id: [kiosk"), "desk.yaml", "can't be read"),
        (write("desk.yaml", "id: kiosk\nname: {en: Ask: us}"), "desk.yaml", "be read: line 2, column 1"),
        (write("desk.yaml", b"id: \xff\xfe"), "desk.yaml", "can't be read"),
        (write("desk.yaml", "- id"), "desk.yaml", "valid dictionary"),
        (write("desk.yaml", ""), "desk.yaml", "valid dictionary"),
        (replace("desk.yaml", "id: kiosk\n", ""), "desk.yaml", "it lacks 'id'"),
        (replace("desk.yaml", "accent:", "acent:"), "desk.yaml", "acent"),
        (replace("desk.yaml", "#2f6f5e", "green"), "desk.yaml", "accent"),
        (replace("desk.yaml", "Asia/Shanghai", "Europe/Berln"), "desk.yaml",
         "timezone is 'Europe/Berln', wanted is an IANA name such as Europe/Berlin"),
        (replace("desk.yaml", "Asia/Shanghai", "Europe"), "desk.yaml", "timezone is 'Europe', wanted"),
        (replace("desk.yaml", '"09:00"', "7am"), "desk.yaml", "opens is '7am', wanted is HH:MM such as"),
        (replace("desk.yaml", '"09:00"', '"9:00"'), "desk.yaml", "opens is '9:00', wanted is HH:MM"),
        (replace("desk.yaml", '"18:00"', "18:30"), "desk.yaml",
         'closes is 1110, wanted is HH:MM such as "18:30", in quotes'),
        (replace("desk.yaml", "shipped:", "sent:"), "desk.yaml", "order_status"),
        (replace("desk.yaml", "languages: [en, zh]", "languages: 2"), "desk.yaml", "languages"),
        (replace("desk.yaml", "example: HB", "formats: [HB-##], example: HB"), "desk.yaml", "at least 4"),
        (replace("desk.yaml", "example: HB", "formats: ['HB*####'], example: HB"), "desk.yaml", "HB*####"),
        (replace("desk.yaml", "example: HB", "formats: [BR-#######], example: HB"), "desk.yaml", "of none"),
        (replace("desk.yaml", "slots:", f"slots:\n  {BOOKING}"), "desk.yaml", "has no formats"),
        (replace("desk.yaml", ', zh: "30 天"', ""), "desk.yaml", "return_days"),
        (replace("desk.yaml", "order_number:", "number:"), "desk.yaml", "order_number'], which"),
        (replace("intents.yaml", "order_number", "booking"), "desk.yaml", "not have; it has order_number"),
        (remove("intents.yaml"), "intents.yaml", "can't be read"),
        (write("intents.yaml", "greeting: {}"), "intents.yaml", "valid list"),
        (replace("intents.yaml", "kind: act", "kind: magic"), "intents.yaml", "kind"),
        (replace("intents.yaml", "means:", "meaning:"), "intents.yaml", "meaning"),
        (replace("intents.yaml", "id: greeting", "id: return_item"), "intents.yaml", "return_item"),
        (write("templates/greeting.yaml", "- [a, b"), "greeting.yaml", "can't be read"),
        (write("templates/greeting.yaml", "- Hello."), "greeting.yaml", "Hello"),
        (replace("templates/greeting.yaml", "en:", "next: hi, en:"), "greeting.yaml", "next"),
        (replace("templates/return_item.yaml", "order: known", "order: maybe"), "return_item.yaml", "order"),
        (replace("templates/return_item.yaml", "order: known", "sky: grey"), "return_item.yaml", "sky"),
        (replace("templates/return_item.yaml", ".unknown", ".known"), "templates", "stands twice"),
        (replace("templates/return_item.yaml", "[greeting]", "[bye]"), "return_item.unknown", "'bye'"),
        (replace("templates/greeting.yaml", "greeting.one", "farewell.one"), "farewell.one", "farewell"),
        (replace("templates/greeting.yaml", ', zh: "您好。"', ""), "greeting.one", "no text in zh"),
        (replace("templates/return_item.yaml", "fact.return_days", "fact.days"), "return_item.",
         "states the fact 'days', which"),
        (write("knowledge/en/returns.md", "# Returns"), "returns.md", "must start with a head"),
        (write("knowledge/en/returns.md", "---\nid: [a\n---\nx"), "returns.md", "can't be read"),
        (write("knowledge/en/returns.md", "---\nReturns\n---\nx"), "returns.md", "valid dictionary"),
        (write("knowledge/en/returns.md", b"---\nid: \xff\n---\nx"), "returns.md", "can't be read"),
        (replace("knowledge/en/returns.md", "title: Returns\n", ""), "returns.md", "title"),
        (replace("knowledge/en/returns.md", "[return_item]", "[farewell]"), "returns", "farewell"),
        (replace("knowledge/en/returns.md", "fact.return_days", "fact.days"), "returns", "'days'"),
        (write("products.yaml", "- {id: mug}"), "products.yaml", "'mug' lacks 'name'"),
    ],
)  # fmt: skip
def test_a_broken_desk_is_refused_with_file_and_reason(
    change: Break, file: str, reason: str, small_desk: Path
) -> None:
    change(small_desk)
    with pytest.raises(DeskError) as caught:
        load_desk(small_desk)
    assert file in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Within 30 days, kiosk@example.com, {order.number}"),
     ("zh", "Within 30 天, kiosk@example.com, {order.number}")],
)  # fmt: skip
def test_states_facts_in_the_language_and_leaves_other_placeholders(
    language: str, text: str, small_desk: Path
) -> None:
    template = "Within {fact.return_days}, {fact.service_email}, {order.number}"
    assert load_desk(small_desk).state_facts(template, language) == text


def test_stating_an_unknown_fact_names_it_and_the_file(desk: Desk) -> None:
    with pytest.raises(DeskError, match=r"no fact 'discount' in .*desk\.yaml"):
        desk.state_facts("{fact.discount}", "en")


def test_a_desk_can_not_be_changed(desk: Desk) -> None:
    with pytest.raises(ValueError, match="frozen"):
        desk.id = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("conditions", "count"),
    [({}, 0), ({"order": "known"}, 1), ({"order_status": ["shipped", "delayed"]}, 2),
     ({"order": "known", "order_status": ["shipped"], "mood": "unhappy", "hours": "open"}, 5)],
)  # fmt: skip
def test_conditions_count(conditions: dict[str, object], count: int) -> None:
    assert Conditions.model_validate(conditions).count == count


def test_the_fingerprint_stays_while_nothing_changes(small_desk: Path) -> None:
    assert fingerprint(small_desk) == fingerprint(small_desk)


def test_the_fingerprint_is_that_of_the_content_not_the_place(small_desk: Path, tmp_path: Path) -> None:
    before = fingerprint(small_desk)
    assert fingerprint(small_desk.rename(tmp_path / "moved")) == before


@pytest.mark.parametrize(
    "change",
    [
        replace("desk.yaml", "18:00", "19:00"),
        replace("templates/greeting.yaml", "Hello.", "Hello!"),
        replace("knowledge/en/returns.md", "Pack", "Wrap"),
        replace("dialogues/en.jsonl", "sing", "dance"),
        write("orders.jsonl", "{}"),
        remove("knowledge/zh/returns.md"),
        lambda folder: (folder / "dialogues/en.jsonl").rename(folder / "dialogues/english.jsonl"),
    ],
    ids=["desk", "template", "article", "dialogue", "new file", "file gone", "file renamed"],
)
def test_the_fingerprint_changes_with_the_content(change: Break, small_desk: Path) -> None:
    before = fingerprint(small_desk)
    change(small_desk)
    assert fingerprint(small_desk) != before


def test_tests_are_no_part_of_the_fingerprint(small_desk: Path) -> None:
    before = fingerprint(small_desk)
    (small_desk / "tests").mkdir()
    write("tests/golden_en.jsonl", "{}")(small_desk)
    assert fingerprint(small_desk) == before


@pytest.mark.parametrize(
    ("example", "formats", "shapes"),
    [
        ("HB-1000001", (), ("HB-#######",)), ("40213", (), ("#####",)), ("A 12-34", (), ("A ##-##",)),
        ("7KX-1", ("#@@-#",), ("#@@-#",)), ("7KX-1", (), ()),
    ],
)  # fmt: skip
def test_the_formats_of_a_number(example: str, formats: tuple[str, ...], shapes: tuple[str, ...]) -> None:
    assert Slot(example=example, formats=formats, ask={}).shapes == shapes
