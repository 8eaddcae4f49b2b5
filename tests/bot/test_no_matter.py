"""Asking for help alone states no matter; whatever is named beside it does."""

import pytest

from bot.no_matter import states_no_matter


@pytest.mark.parametrize(
    "text",
    [
        "I need help", "help", "HELP!!!", "hello can you help me", "hi, I have a question",
        "I'm stuck please help",
        "can I ask you something? I have a problem", "need some assistance pls", "support",
        "帮帮我", "有个问题想问", "你好，想咨询一下", "可以问你个问题吗", "在吗 有点问题",
        "幫我看一下", "問個問題",
    ],
)  # fmt: skip
def test_no_matter_is_stated(text: str) -> None:
    assert states_no_matter(text)


@pytest.mark.parametrize(
    "text",
    [
        "hello", "thanks for the help", "what can you help me with", "I have a problem with my order",
        "no problem",
        "no more questions", "customer support", "help me check out", "", "你好", "没问题", "没有问题了",
        "帮我取消",
        "人工客服", "帮我查一下快递", "帮大忙了 谢谢",
    ],
)  # fmt: skip
def test_a_matter_is_stated_or_no_help_asked_for(text: str) -> None:
    assert not states_no_matter(text)
