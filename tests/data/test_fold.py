"""Texts that mean the same are folded into one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("Where is it?", "Where is it?"),
        ("ＨＢ－２０４８８１７", "HB-2048817"),
        ("可以用ＰａｙＰａｌ嗎？", "可以用PayPal吗?"),
        ("發票抬頭", "发票抬头"),
        ("发票抬头", "发票抬头"),
        ("我想退貨，謝謝", "我想退货,谢谢"),
        ("  two \t\n lines\u3000here ", "two lines here"),
        ("in\u200bvisi\u2060ble\ufeff", "invisible"),
        ("\u202eorder\u202c", "order"),
        ("ﬁt ½", "fit 1⁄2"),
        ("cafe\u0301", "café"),
        ("UPPER case stays", "UPPER case stays"),
        ("カタカナ ｶﾅ", "カタカナ カナ"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("traditional", "simplified"), [("幾天會到", "几天会到"), ("後面", "后面"), ("頭髮", "头发")]
)
def test_traditional_and_simplified_are_one(traditional: str, simplified: str) -> None:
    assert fold(traditional) == fold(simplified) == simplified


@given(st.text(st.characters(codec="utf-8")))
def test_folding_leaves_no_outer_or_double_space(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


@given(st.text(st.sampled_from("退货退貨發发ＨＢab 12－½ﬁ\u200b\u3000\u0301é後后頭髮"), max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
