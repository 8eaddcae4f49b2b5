"""That who was asked for a number has none, in the words of customers."""

import time

import pytest

from bot.no_number import asks_for_its_place, has_no_number

HAS_NONE = [
    "I can't find it anywhere",
    "不知道，帮我查一下",
    "i dont have the number",
    "I can't find it",
    "no idea, I booked by phone",
    "no number at hand sorry",
    "I don't have it",
    "no idea",
    "I don't know",
    "dont know it sorry",
    "I haven't got one",
    "I have no booking number",
    "I lost the email",
    "I never got a confirmation",
    "I can't remember",
    "don't have my order number with me",
    "I deleted the confirmation email",
    "We didn't get any number",
    "no",
    "nope, sorry",
    "Sorry, no clue",
    "I do not have a reference number, what now",
    "can't find the email",
    "I don't have that at the moment",
    "there was no number",
    "without a number?",
    "I forgot it",
    "I booked it over the phone",
    "I didn't receive any confirmation",
    "not sure",
    "I can’t find my booking number",
    "没有号码",
    "找不到订单号了",
    "手机上没有",
    "没有",
    "不知道",
    "找不到了",
    "没有订单号",
    "我没有预订号",
    "忘了",
    "忘记号码了",
    "不记得了",
    "没收到确认邮件",
    "号码找不到了",
    "订单号我忘了",
    "邮件删了",
    "我是打电话订的",
    "电话里订的，没给号码",
    "没有这个号",
    "手边没有",
    "不好意思，没带",
    "没有啊",
    "哪有什么号码",
    "订单号不记得了",
    "确认邮件找不到",
    "记不清了",
    "不知道号码",
    "我没有那个订单号怎么办",
    "没找到",
    "短信删掉了",
    "查不到",
    "找不到，是电话预订的",
    "I think I threw it away, I never got a number",
    "没有号码怎么办",
    "沒有訂單號",
    "我找不到訂單號碼了",
]
SAYS_SOMETHING_ELSE = [
    "I don't have a car",
    "I can't find the entrance",
    "no breakfast please",
    "I haven't received my parcel",
    "I don't know when I arrive",
    "I have no luggage",
    "I don't have time for this",
    "I can't open the door",
    "I can't get my refund",
    "没有停车位吗",
    "找不到早餐厅",
    "手机坏了",
    "不知道几点退房",
    "没有热水",
    "没收到快递",
    "没收到包裹",
    "忘带护照了",
    "找不到钥匙",
    "电视没有声音",
    "I forgot my passport in the room",
    "I lost my key card",
    "no problem",
    "does the room have wifi",
    "48213",
    "RES-48213",
    "yes",
    "没问题",
    "没关系",
    "not at all",
    "可以没有早餐吗",
    "I don't have a dog",
    "I don't know if I need a cot",
    "can't find the car park",
    "没有孩子",
    "手机号码换了",
    "没有空房了吗",
    "不知道能不能带狗",
]


@pytest.mark.parametrize("text", HAS_NONE)
def test_there_is_no_number(text: str) -> None:
    assert has_no_number(text)


@pytest.mark.parametrize("text", SAYS_SOMETHING_ELSE)
def test_something_else_is_missing_or_nothing(text: str) -> None:
    assert not has_no_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "where do I find it?",
        "Where is the number?",
        "which number",
        "how do I find that",
        "what number do you mean",
        "在哪里看？",
        "订单号在哪",
        "哪个号",
        "什么号码",
        "怎么查",
    ],
)
def test_it_is_asked_where_the_number_stands(text: str) -> None:
    assert asks_for_its_place(text)


@pytest.mark.parametrize("text", ["48213", "yes", "I want a refund", "谢谢", "几点退房", "可以带狗吗"])
def test_it_is_not_asked_where_the_number_stands(text: str) -> None:
    assert not asks_for_its_place(text)


RUNS = [
    "no ",
    "no.",
    "no",
    "not ",
    "don't have ",
    "i have no ",
    "the my your a ",
    "sorry ",
    "lost ",
    "where ",
    "x.",
    " x",
    "。",
    "。x",
    "我",
    "我。",
    "没",
    "没有",
    "的",
    "号",
    "找不到",
    "号码",
    "订",
    "现在",
    "no" + "." * 2000 + "x",
]


@pytest.mark.parametrize("run", RUNS, ids=range(len(RUNS)))
def test_long_runs_cost_no_time(run: str) -> None:
    began = time.thread_time()
    has_no_number(run * (5000 // len(run)))
    asks_for_its_place(run * (5000 // len(run)))
    assert time.thread_time() - began < 0.2
