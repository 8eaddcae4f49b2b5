"""A question's terms are among those of every text that it should find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.log.search_terms import LONGEST, MOST_TERMS, Term, index_terms, mark, question_terms


def finds(question: str, text: str) -> bool:
    """Return whether a text has all that is asked for, as a database would decide."""
    had = index_terms(text)
    wanted = question_terms(question)
    return bool(wanted) and all(
        any(t.startswith(w.text) if w.prefix else t == w.text for t in had) for w in wanted
    )


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("退款", "我要退款，什么时候到账"),
        ("退款", "我要退款"),
        ("退款", "退款"),
        ("退款", "我要退款HB-2048817"),
        ("退款", "能退款吗"),
        ("退", "我要退"),
        ("优惠券", "这张优惠券用不了"),
        ("退款多久", "退款要多久呢"),
        ("我的退款", "退款在哪"),
        ("退款", "我想申請退款"),
        ("帐号", "我的帳號登不上"),
        ("refund", "Where are my REFUNDS?"),
        ("refund", "it was refunded"),
        ("order refund", "a refund for my order"),
        ("hb-2048817", "订单HB-2048817呢"),
        ("ＨＢ-2048817", "my order is hb2048817, no, HB-2048817"),
        ("2048", "HB-2048817"),
        ("PDF发票", "发票的pdf打不开"),
        ("cafe", "the Café set"),
        ("is", "is it here"),
        ("заказ", "где мой Заказ"),
        ("“退款多久”", "退款多久能到"),
    ],
)
def test_it_is_found(question: str, text: str) -> None:
    assert finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("退款", "我要退货付款"),
        ("退款", "款退"),
        ("refund", "fund"),
        ("order refund", "a refund"),
        ("is", "this island"),
        ("“退款多久”", "退款要多久"),
        ("退款 发票", "我要退款"),
    ],
)
def test_it_is_not_found(question: str, text: str) -> None:
    assert not finds(question, text)


@pytest.mark.parametrize("question", ["", "  ", "?!", "，。", '""', "\x00"])
def test_without_letters_there_is_nothing_to_ask(question: str) -> None:
    assert question_terms(question) == []


def test_short_words_must_be_there_as_they_are() -> None:
    assert question_terms("my order") == [Term("my"), Term("order", prefix=True)]


def test_terms_are_limited() -> None:
    assert len(question_terms(" ".join(f"word{n}" for n in range(1000)))) == MOST_TERMS
    assert len(question_terms("x" * 1000)[0].text) == LONGEST == len(index_terms("x" * 1000)[0])


@given(st.text(max_size=60))
def test_terms_are_letters_and_digits_only(text: str) -> None:
    assert all(t.isalnum() for t in index_terms(text))
    assert all(t.text.isalnum() for t in question_terms(text))


@given(st.text(alphabet="退款多久订单发票abHB-1 ", min_size=1, max_size=30))
def test_a_text_finds_itself(text: str) -> None:
    assert finds(text, text) == bool(question_terms(text))


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("退款", "我要退款，退款呢", "我要[退款]，[退款]呢"),
        ("退款", "我要申請退款", "我要申請[退款]"),
        ("帐号", "我的帳號呢", "我的[帳號]呢"),
        ("refund", "REFUNDS, a prefund", "[REFUND]S, a prefund"),
        ("is it", "is this it", "[is] this [it]"),
        ("cafe", "the Café", "the [Café]"),
        ("ab", "ＡＢ", "[ＡＢ]"),
        ("", "nothing", "nothing"),
        ("<b>", "<b>bold</b>", "<[b]>bold</[b]>"),
    ],
)
def test_what_was_asked_for_is_marked(question: str, text: str, marked: str) -> None:
    assert "".join(f"[{piece}]" if hit else piece for piece, hit in mark(text, question)) == marked


@given(st.text(max_size=80), st.text(max_size=10))
def test_marking_changes_no_text(text: str, question: str) -> None:
    assert "".join(piece for piece, _ in mark(text, question)) == text
