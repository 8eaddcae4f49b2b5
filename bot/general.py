"""A question about the rules, not about an order of the customer's own.

Not covered: a general question that speaks of a thing as one's own ("what if I lose my receipt"), and one's
own order spoken of without a sign of it ("can one cancel now"); the answer to that tells the rules and
invites the customer to send the number.
"""

import re

from data.fold import fold


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_ASKS = _any(
    r"\?",
    r"\b(?:how|what|what['’]?s|whats|when|which|who|where|why|do|does|is|are|can|could|will|would|should|any)\b",
    r"吗|呢|么|嘛|几|多久|多长|多少|怎么|怎样|如何|什么|哪|是否|能不能|可不可以|可否|有没有|要不要|会不会|是不是",
    r"收不收|还是",
)
_IN_EVERY_CASE = _any(
    r"\b(?:in general|generally|usually|normally|typically|as a rule|on average|policy|policies|in case)\b",
    r"\bwhat (?:happens )?if\b",
    r"一般|通常|正常|平时|平常|政策|规定|规则|流程|如果|假如|万一",
)
_NO_THING = _any(  # an "it" that is none, and what is only asked
    r"\b(?:does|do|will|would|did|can) it (?:usually |normally |generally )?(?:take|cost|work|matter|mean)\b",
    r"\b(?:is|was|would|will) it (?:be )?(?:possible|ok|okay|fine|free|worth|better|easy|allowed|hard)\b",
    r"\bit (?:takes?|costs?|works)\b",
    r"\b(?:after|once|when|before|if) it(?:['’]?s| is| has)? \w+\b",
    r"\bdo (?:i|we) have\b",
)
_MINE = _any(
    r"\b(?:my|mine|our|ours|i['’]?ve)\b",
    r"\b(?:i|we) (?:ordered|bought|got|paid|sent|returned|received|placed|purchased)\b",
    r"我的|咱的|我(?:们)?(?:这|那|上|昨|刚|买|下|订|定|拍|付|收|寄)|还没|到现在",
)
_THIS_ONE = _any(  # a thing at hand or awaited, what has happened, what is wished
    r"\b(?:it|its|it['’]?s|this|these|those|them|they|that one)\b",
    r"\bthe (?:order|parcel|package|delivery|item|thing|one|money|refund|box|courier)\b",
    r"\b(?:i|we) (?:have|had|just|already|never|only|still|chose|made|was|were|did)\b",
    r"\b(?:i|we) (?:want|wanted|need|needed)\b",
    r"\b(?:i|we)(?: would|['’]?d) like\b|\b(?:i|we) (?:didn|haven|don)['’]?t\b",
    r"\b(?:hasn|haven|didn)['’]?t\b",
    r"\b(?:still|already|yet|arrived|came|broke|wrong|missing|status|progress)\b",
    r"\b(?:yesterday|today|ago|last (?:week|month|night|year)|this (?:week|morning))\b",
    r"我(?:们)?(?:前|已|都|退|换|申请|没|还|想|要|有)|[这那][个件单双条款套张把台只盏次笔]|它",
    r"昨天|前天|刚|上周|上个?月|一直|已经|不见|到哪|进度|状态",
    r"没(?:收|到|动|更新|发货|消息)",
    r"(?:收到|到货|买|下单|退|寄|坏|破|碎|少|发错|扣)了(?!.{0,2}(?:之?后|以后|的话))",
)


def asks(text: str) -> bool:
    """Return whether a text asks something."""
    return bool(_ASKS.search(fold(text)))


def asks_in_general(text: str) -> bool:
    """Return whether a text is a question that no order number is needed for."""
    text = fold(text)
    if not asks(text) or _MINE.search(text):
        return False
    return bool(_IN_EVERY_CASE.search(text)) or not _THIS_ONE.search(_NO_THING.sub(" ", text))
