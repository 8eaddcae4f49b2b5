"""Of what customers say in the queue, what is about the queue, and what ends their waiting."""

import time

import pytest

from bot.queue_talk import asks_about_the_wait, wants_no_person

WAIT = [
    "how long will it take?", "how long", "how much longer", "How long do I have to wait?",
    "how long until someone answers", "how long is the wait", "what's the waiting time", "anyone there?",
    "is anyone there", "hello?", "Hello, is anybody here??", "are you still there?", "you there?",
    "when will someone answer", "when will an agent be available?", "I'm still waiting",
    "still waiting...", "I have been waiting for 20 minutes", "where is the agent",
    "why is it taking so long", "how many people are ahead of me", "am I next",
    "so how long will this take", "will it take long?", "还要多久", "在吗", "还要等多久？",
    "在吗，还要多久？", "多久", "请问还要等多久啊", "有人吗", "有人在吗？", "人呢", "客服呢",
    "你好，在吗", "什么时候能有人接", "什么时候轮到我", "前面还有多少人", "怎么还没人", "怎么还没有人来",
    "等了好久了", "大概要等多长时间", "還要等多久", "排到第几了", "我还要等多久才能接入", "快点啊",
    "没人吗", "还有多久", "还有多久能轮到我",
]  # fmt: skip
MATTER = [
    "how long does delivery take", "how long will it take to get my refund", "how long is the guarantee",
    "when will my parcel come", "I'm waiting for my parcel", "is there a person who can fix my chair",
    "hello, where is my order", "how long is the desk", "when will it be delivered", "where is my order",
    "is someone at the shop in London", "how many people fit in the tent", "退款要多久", "多久能送到",
    "寄到加拿大要多久", "在吗，我的快递到哪了", "什么时候发货", "还没收到货", "有人偷了我的包裹",
    "什么时候能退款", "怎么还没发货", "等了好久了还没收到",
]  # fmt: skip
DONE = [
    "never mind, I found it myself", "nevermind", "I solved it", "found it, thanks", "I figured it out",
    "forget it", "I don't need a person anymore", "don't need help any more", "it's fine now",
    "stop waiting", "I don't want to wait", "all sorted now", "sorted it out myself",
    "算了，我自己找到了", "不用了", "没事了", "已经解决了", "我自己搞定了，谢谢", "不等了",
    "不用转人工了", "取消排队", "還是算了",
]  # fmt: skip
STAYS = [
    "I found a scratch on it", "it is still not solved", "have you found it?", "I need a person",
    "my parcel was never found", "it's fine china and it broke", "还没解决", "问题没有解决",
    "我找到了订单号，是HB-2048817", "还没找到", "what have you found out", "it does not work now",
    "没解决了",
]  # fmt: skip


@pytest.mark.parametrize("text", WAIT)
def test_a_question_about_the_wait_is_one(text: str) -> None:
    assert asks_about_the_wait(text)


@pytest.mark.parametrize("text", MATTER)
def test_a_question_about_anything_else_is_none(text: str) -> None:
    assert not asks_about_the_wait(text)


@pytest.mark.parametrize("text", DONE)
def test_who_needs_nobody_any_more_is_heard(text: str) -> None:
    assert wants_no_person(text)


@pytest.mark.parametrize("text", STAYS)
def test_who_still_needs_somebody_stays(text: str) -> None:
    assert not wants_no_person(text)


@pytest.mark.parametrize("run", ["等好久了", "在吗！", "hi ", "我等了半天了。", "how long until an answer "])
def test_long_runs_cost_no_time(run: str) -> None:
    text = run * (199 // len(run)) + "x"
    began = time.thread_time()
    assert not asks_about_the_wait(text)
    assert not wants_no_person(text)
    assert time.thread_time() - began < 0.2  # a repetition shared out in two ways takes 2^50 steps
