"""A group is named by the words that set it apart, in either language."""

from retrieval.distinctive import distinctive_words

GROUPS = [
    ["can you engrave my knife", "Engrave a name on the knife?", "is it possible to engrave my order"],
    ["退货要运费吗", "退货运费谁出", "我的订单退货要多久"],
    ["where is my order", "my order has not come", "order HB-1000001"],
]


def test_names_are_what_the_others_do_not_say() -> None:
    knife, returns, order = distinctive_words(GROUPS)
    assert knife[:2] == ["engrave", "knife"]
    assert returns[0] == "退货"
    assert order[0] == "order"


def test_common_words_and_numbers_name_nothing() -> None:
    assert distinctive_words([["where is it 42", "HB2048817"], ["我的呢"]]) == [[], []]
    assert distinctive_words([]) == []


def test_one_long_message_does_not_name_its_group() -> None:
    talk = "parcel " * 50
    assert distinctive_words([[talk, "invoice please", "an invoice"], ["tent"]])[0][0] == "invoice"
