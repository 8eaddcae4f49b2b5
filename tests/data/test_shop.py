"""The bundled desk is whole, says each fact once, and its dialogues are fit to learn from."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from bot.classifier import OUT_OF_SCOPE
from bot.connectors import OrderFile
from bot.redaction import mask
from bot.wording import order_values
from data.desk import PLACEHOLDER, Article, Desk, Intent
from data.fold import fold
from training.examples import MOODS, labelled_messages, read_dialogues

LANGUAGES = ("en", "zh")
ORDER_VALUES = {
    f"order.{name}"
    for name in (
        "number", "status", "items", "placed", "total", "eta", "delivered", "carrier", "tracking",
        "refund_amount",
    )
}  # fmt: skip
FROM_THE_MESSAGE = {
    "example",
    "number",
    "snippet",
    "product",
    "country",
    "city",
    "method",
    "slot.order_number",
}

# what an order of a status has; the rest is null
HAS = {
    "awaiting_payment": set(),
    "processing": {"eta_in_days"},
    "backordered": {"eta_in_days"},
    "shipped": {"eta_in_days", "carrier", "tracking"},
    "out_for_delivery": {"eta_in_days", "carrier", "tracking"},
    "delayed": {"eta_in_days", "carrier", "tracking"},
    "delivered": {"delivered_days_ago", "carrier", "tracking"},
    "cancelled": {"refund"},
    "returning": {"delivered_days_ago", "carrier", "tracking", "refund"},
    "refunded": {"delivered_days_ago", "carrier", "tracking", "refund"},
}
MAY_HAVE = ("eta_in_days", "delivered_days_ago", "carrier", "tracking", "refund")

ABOUT_GOODS = {"product_info", "size_guide"}  # what articles with no other intent are about
PHYSICAL = re.compile(r"\d[\d,.]*\s*(?:minutes?|hours?|seconds?|分钟|小时|秒|[%％])")
QUANTITY = re.compile(
    r"[$¥]\s*\d[\d,.]*"
    r"|\d[\d,.]*(?:[–-]\d+)?\s*(?:(?:working )?days?|nights?|hours?|minutes?|seconds?|weeks?|months?|years?"
    r"|points?|pieces|个?工作日|天|晚|小时|分钟|秒|周|个?月|年|元|期|积分|件|[%％])"
)
NEAR_DUPLICATE = 0.8  # Jaccard similarity of the runs of four characters, numbers aside
SHORT = 12  # characters under which people do write the same


# --- intents, templates, articles -------------------------------------------------------------------------


def test_has_52_intents(desk: Desk) -> None:
    assert len(desk.intents) == 52


@pytest.mark.parametrize("part", ["title", "means"])
def test_intents_are_described_in_both_languages(part: str, desk: Desk) -> None:
    texts = {i.id: getattr(i, part) for i in desk.intents.values()}
    assert [i for i, text in texts.items() if not all(text.get(language) for language in LANGUAGES)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_unique(language: str, desk: Desk) -> None:
    assert repeated(i.title[language] for i in desk.intents.values()) == []


def test_only_actions_need_slots_and_those_are_known(desk: Desk) -> None:
    wanted = {i.id: i.slots for i in desk.intents.values() if i.slots}
    assert [
        i for i, slots in wanted.items() if desk.intents[i].kind != "act" or set(slots) - set(desk.slots)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_intent_has_two_templates(language: str, desk: Desk) -> None:
    usable = Counter(t.intent for t in desk.templates.values() if t.texts[language].strip())
    assert [i for i in desk.intents if usable[i] < 2] == []


@pytest.mark.parametrize("hours", ["open", "closed"])
def test_each_intent_has_an_answer_that_needs_nothing_from_the_customer(hours: str, desk: Desk) -> None:
    def answers(intent: Intent) -> Iterator[str]:
        for template in desk.answers[intent.id]:
            when, needs = template.when, template.placeholders()
            if (
                when.order in ("known", "general")
                or when.order_status
                or when.mood
                or when.hours not in (None, hours)
            ):
                continue
            if all(name.startswith("fact.") for name in needs):
                yield template.id

    assert [i for i, intent in desk.intents.items() if not any(answers(intent))] == []


def test_each_action_has_an_answer_for_every_order(desk: Desk) -> None:
    orders = OrderFile(desk.folder / "orders.jsonl")
    missing = set()
    for row in order_rows(desk):
        order = orders.find(row["number"])
        assert order is not None
        values = order_values(order, desk, "en")
        for intent in (i for i in desk.intents.values() if i.slots):
            fitting = [
                t
                for t in desk.answers[intent.id]
                if t.when.order in (None, "known")
                and (not t.when.order_status or order.status in t.when.order_status)
                and t.when.mood is None
                and all(name in values or name.startswith("fact.") for name in t.placeholders())
            ]
            if not fitting:
                missing.add((intent.id, order.status))
    assert missing == set()


def test_templates_use_known_placeholders(desk: Desk) -> None:
    known = ORDER_VALUES | FROM_THE_MESSAGE | {f"fact.{name}" for name in desk.facts}
    assert {t.id: t.placeholders() - known for t in desk.templates.values() if t.placeholders() - known} == {}


def test_the_languages_of_a_template_have_the_same_placeholders(desk: Desk) -> None:
    sets = {t.id: [set(PLACEHOLDER.findall(x)) for x in t.texts.values()] for t in desk.templates.values()}
    assert [t for t, found in sets.items() if any(one != found[0] for one in found)] == []


def test_articles_use_facts_only(desk: Desk) -> None:
    known = {f"fact.{name}" for name in desk.facts}
    assert [a.id for a in desk.articles if not set(PLACEHOLDER.findall(content(a))) <= known] == []


def test_nothing_but_placeholders_stands_in_braces(desk: Desk) -> None:
    assert [name for name, _, text in wordings(desk) if set("{}") & set(PLACEHOLDER.sub("", text))] == []


def test_at_least_40_articles_are_paired(desk: Desk) -> None:
    ids = {language: {a.id for a in desk.articles if a.language == language} for language in LANGUAGES}
    assert ids["en"] == ids["zh"]
    assert len(ids["en"]) >= 40


def test_paired_articles_are_of_the_same_intents(desk: Desk) -> None:
    intents = {(a.id, a.language): set(a.intents) for a in desk.articles}
    assert [i for i, language in intents if intents[i, language] != intents[i, "en"]] == []


def test_an_article_is_named_as_its_file(desk: Desk) -> None:
    files = {(f.stem, f.parent.name) for f in (desk.folder / "knowledge").glob("*/*.md")}
    assert {(a.id, a.language) for a in desk.articles} == files


# --- facts ------------------------------------------------------------------------------------------------


def test_templates_have_no_digit_outside_placeholders(desk: Desk) -> None:
    texts = [(t.id, x) for t in desk.templates.values() for x in t.texts.values()]
    assert [(t, x) for t, x in texts if re.search(r"\d", PLACEHOLDER.sub("", x))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_repeats_a_fact(language: str, desk: Desk) -> None:
    facts = {name: compact(desk.fact(name, language)) for name in desk.facts}
    long = {name: value for name, value in facts.items() if len(value) >= 4}
    said = [(wording, compact(text)) for wording, spoken, text in wordings(desk) if spoken == language]
    assert [(w, name) for w, text in said for name, value in long.items() if value in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_has_a_quantity_of_a_fact(language: str, desk: Desk) -> None:
    quantities = {compact(q) for name in desk.facts for q in QUANTITY.findall(desk.fact(name, language))}
    repeats = [
        (wording, quantity)
        for wording, spoken, text in wordings(desk)
        if spoken == language
        for quantity in QUANTITY.findall(text)
        if compact(quantity) in quantities
    ]
    assert repeats == []


def test_each_fact_is_used(desk: Desk) -> None:
    texts = [x for t in desk.templates.values() for x in t.texts.values()] + [
        content(a) for a in desk.articles
    ]
    used = {name for text in texts for name in PLACEHOLDER.findall(text)}
    assert {name for name in desk.facts if f"fact.{name}" not in used} == set()


def test_facts_are_given_in_both_languages(desk: Desk) -> None:
    values = {name: value for name, value in desk.facts.items() if not isinstance(value, str)}
    assert [name for name, value in values.items() if set(value) != set(LANGUAGES)] == []


# --- products and orders ----------------------------------------------------------------------------------


def test_product_ids_are_unique(desk: Desk) -> None:
    assert repeated(p.id for p in desk.products) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_or_alias_means_one_product(language: str, desk: Desk) -> None:
    names = [n.lower() for p in desk.products for n in {p.name[language], *p.aliases[language]}]
    assert repeated(names) == []


def test_has_200_orders_of_their_own_numbers(desk: Desk) -> None:
    numbers = [row["number"] for row in order_rows(desk)]
    assert len(set(numbers)) == len(numbers) == 200
    assert [n for n in numbers if not re.fullmatch(r"HB-\d{7}", n)] == []


def test_the_order_of_the_question_for_it_exists(desk: Desk) -> None:
    assert OrderFile(desk.folder / "orders.jsonl").find(desk.slots["order_number"].example) is not None


def test_orders_have_all_statuses(desk: Desk) -> None:
    assert {row["status"] for row in order_rows(desk)} == set(HAS) == set(desk.order_status)


@pytest.mark.parametrize("status", HAS)
def test_an_order_has_what_its_status_asks_for(status: str, desk: Desk) -> None:
    rows = [row for row in order_rows(desk) if row["status"] == status]
    assert [r["number"] for r in rows if {f for f in MAY_HAVE if r[f] is not None} != HAS[status]] == []


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("was placed today or before", lambda r: r["placed_days_ago"] >= 0),
        ("is awaited today or later", lambda r: r["eta_in_days"] is None or r["eta_in_days"] >= 0),
        (
            "came after it was placed",
            lambda r: r["delivered_days_ago"] is None or 0 <= r["delivered_days_ago"] <= r["placed_days_ago"],
        ),
        ("comes today if it is out for delivery",
         lambda r: r["status"] != "out_for_delivery" or r["eta_in_days"] == 0),
        ("has goods", lambda r: r["items"] and all(i["quantity"] >= 1 for i in r["items"])),
        ("costs something", lambda r: r["total"]["amount"] > 0),
        (
            "refunds no more than it cost, in the same currency",
            lambda r: r["refund"] is None
            or (
                0 < r["refund"]["amount"] <= r["total"]["amount"]
                and r["refund"]["currency"] == r["total"]["currency"]
            ),
        ),
    ],
)  # fmt: skip
def test_an_order(name: str, holds: Callable[[dict[str, Any]], bool], desk: Desk) -> None:
    assert [row["number"] for row in order_rows(desk) if not holds(row)] == []


def test_orders_hold_known_products(desk: Desk) -> None:
    known = {p.id for p in desk.products}
    assert {i["product"] for row in order_rows(desk) for i in row["items"]} - known == set()


def test_an_order_costs_its_goods_and_a_delivery_fee(desk: Desk) -> None:
    prices = {p.id: p.price for p in desk.products}
    wrong = []
    for row in order_rows(desk):
        language = {"USD": "en", "CNY": "zh"}[row["total"]["currency"]]
        fees = {"standard_fee", "express_fee", "furniture_fee"}
        amounts = {0.0, *(number(desk.fact(fee, language)) for fee in fees)}
        goods = sum(number(prices[i["product"]][language]) * i["quantity"] for i in row["items"])
        if round(row["total"]["amount"] - goods, 2) not in amounts:
            wrong.append(row["number"])
    assert wrong == []


# --- dialogues --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dialogues(desk: Desk) -> list[dict[str, Any]]:
    return read_dialogues(desk)


@pytest.fixture(scope="module")
def enough(desk: Desk) -> Counter[tuple[str, str]]:
    """How many standalone messages of a language a label has."""
    messages = labelled_messages(desk)
    return Counter((m.language, label) for m in messages for label in m.labels or (OUT_OF_SCOPE,))


def test_dialogues_have_ids_of_their_own(dialogues: list[dict[str, Any]]) -> None:
    assert repeated(d["id"] for d in dialogues) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_has_700_dialogues_of_several_turns(language: str, dialogues: list[dict[str, Any]]) -> None:
    assert sum(len(d["turns"]) >= 2 for d in dialogues if d["language"] == language) >= 700


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_intent_has_40_messages(language: str, desk: Desk, enough: Counter[tuple[str, str]]) -> None:
    assert {i: enough[language, i] for i in desk.intents if enough[language, i] < 40} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_has_400_messages_out_of_scope(language: str, enough: Counter[tuple[str, str]]) -> None:
    assert enough[language, OUT_OF_SCOPE] >= 400


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("channel", {"web", "app", "email", "wechat", "phone_note"}),
        ("resolution", {"solved", "unsolved", "handed_over", "abandoned"}),
        ("rating", {1, 2, 3, 4, 5, None}),
        ("language", set(LANGUAGES)),
    ],
)  # fmt: skip
def test_dialogues_have_valid(name: str, allowed: set[object], dialogues: list[dict[str, Any]]) -> None:
    assert {d[name] for d in dialogues} <= allowed


def test_dialogues_have_valid_starts(dialogues: list[dict[str, Any]]) -> None:
    starts = [datetime.strptime(d["started"], "%Y-%m-%dT%H:%M") for d in dialogues]
    assert datetime(2020, 1, 1) < min(starts) <= max(starts) < datetime(2030, 1, 1)


def test_all_moods_are_there(dialogues: list[dict[str, Any]]) -> None:
    assert {u["mood"] for _, u in customer_turns(dialogues)} == set(MOODS)


def test_customer_and_agent_take_turns_and_the_customer_begins(dialogues: list[dict[str, Any]]) -> None:
    def in_order(dialogue: dict[str, Any]) -> bool:
        speakers = [u["speaker"] for u in dialogue["turns"]]
        return speakers[0] == "customer" and all(a != b for a, b in pairwise(speakers))

    assert [d["id"] for d in dialogues if not in_order(d)] == []


def test_customers_say_something(dialogues: list[dict[str, Any]]) -> None:
    assert [d["id"] for d, u in customer_turns(dialogues) if not u["text"].strip()] == []


def test_customers_give_no_personal_data_away(dialogues: list[dict[str, Any]]) -> None:
    masked = [f"{d['id']}: {u['text']}" for d, u in customer_turns(dialogues) if mask(u["text"])[1]]
    assert not masked, "\n".join(masked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_a_message_is_a_near_duplicate(language: str, dialogues: list[dict[str, Any]]) -> None:
    folded = [fold(u["text"]).lower() for d, u in customer_turns(dialogues) if d["language"] == language]
    texts = [text for text in folded if len(text) >= SHORT]
    pairs = near_duplicates(texts)
    share = len({row for pair in pairs for row in pair}) / len(texts)
    print(f"near-duplicates {language}: {share:.3%} of {len(texts)} messages")
    assert share < 0.005, "\n".join(f"{texts[a]} | {texts[b]}" for a, b in pairs)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("where is my order hb-2048817", "where is my order hb-1000001", True),
        ("where is my order hb-2048817", "where is my other one gone to", False),
        ("我的订单怎么到现在还没有发货呢", "我的订单怎么到现在还没有发货", True),
    ],
)  # fmt: skip
def test_near_duplicates_are_found(one: str, other: str, near: bool) -> None:
    assert near_duplicates([one, "something else entirely", other]) == ([(0, 2)] if near else [])


# --- tests of the desk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["golden", "several", "misspelt"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_of_the_tests_are_not_in_the_dialogues(
    kind: str, language: str, desk: Desk, dialogues: list[dict[str, Any]]
) -> None:
    said = {fold(u["text"]).lower(): d["id"] for d, u in customer_turns(dialogues)}
    cases = rows(desk.folder / "tests" / f"{kind}_{language}.jsonl")
    # "hello" is how everybody says hello
    asked = [c["text"] for c in cases if c.get("intent") not in {"greeting", "thanks", "goodbye"}]
    known = [f"{said[fold(text).lower()]}: {text}" for text in asked if fold(text).lower() in said]
    assert not known, "\n".join(known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_of_the_tests_are_not_in_the_calibration_sample(language: str, desk: Desk) -> None:
    sample = {fold(c["text"]).lower() for c in rows(desk.folder / "calibration" / f"{language}.jsonl")}
    asked = [c["text"] for c in rows(desk.folder / "tests" / f"golden_{language}.jsonl")]
    assert [text for text in asked if fold(text).lower() in sample] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calibration_sample_has_messages_out_of_scope(language: str, desk: Desk) -> None:
    sample = rows(desk.folder / "calibration" / f"{language}.jsonl")
    assert sum(c["intent"] is None for c in sample) >= 50  # without any, no threshold is fitted


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_messages_are_distinct(language: str, desk: Desk) -> None:
    cases = rows(desk.folder / "tests" / f"golden_{language}.jsonl")
    assert repeated(fold(c["text"]).lower() for c in cases) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_messages_cover_every_intent_and_out_of_scope(language: str, desk: Desk) -> None:
    cases = rows(desk.folder / "tests" / f"golden_{language}.jsonl")
    assert {c["intent"] for c in cases} == {*desk.intents, None}


# ----------------------------------------------------------------------------------------------------------


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def order_rows(desk: Desk) -> list[dict[str, Any]]:
    return rows(desk.folder / "orders.jsonl")


def repeated(names: Iterator[str] | list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def number(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


def compact(text: str) -> str:
    return re.sub(r"\s", "", fold(text).lower())


def content(article: Article) -> str:
    parts = [p for s in article.sections for p in (s.heading, *s.paragraphs)]
    return "\n".join([article.title, *parts])


def wordings(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Yield id, language and text of all that is said, without its placeholders.

    An article about goods also loses minutes, hours and per cent: those of drying wood are no policy.
    """
    for template in desk.templates.values():
        for language, text in template.texts.items():
            yield template.id, language, PLACEHOLDER.sub("|", text)
    for article in desk.articles:
        text = PLACEHOLDER.sub("|", content(article))
        goods = set(article.intents) <= ABOUT_GOODS
        yield article.id, article.language, PHYSICAL.sub("|", text) if goods else text


def customer_turns(dialogues: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(d, u) for d in dialogues for u in d["turns"] if u["speaker"] == "customer"]


def near_duplicates(texts: list[str]) -> list[tuple[int, int]]:
    """Return the pairs of rows that hardly differ, by products of a sparse matrix of texts × runs."""
    columns: dict[str, int] = {}
    pointers, indices = [0], []
    for text in texts:
        plain = re.sub(r"\d+", "", text)
        runs = {plain[i : i + 4] for i in range(len(plain) - 3)}
        indices += [columns.setdefault(run, len(columns)) for run in runs]
        pointers.append(len(indices))
    ones = np.ones(len(indices), np.float32)
    has = sparse.csr_matrix((ones, indices, pointers), shape=(len(texts), len(columns)))
    sizes = np.diff(pointers)
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(texts), 1000):
        shared = (has[start : start + 1000] @ has.T).tocoo()
        a, b = shared.row + start, shared.col
        near = (a < b) & (shared.data >= NEAR_DUPLICATE * (sizes[a] + sizes[b] - shared.data))
        pairs += zip(a[near].tolist(), b[near].tolist(), strict=True)
    return sorted(pairs)
