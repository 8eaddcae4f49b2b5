"""A question about the rules, not about an order of the customer's own."""

import re

from retrieval.fold import fold

# Words that ask, and those that ask about every case.
_ASKS = re.compile(
    r"\?|\b(?:how|what|what['’]?s|whats|when|which|who|where|why|do|does|is|are|can|could|will|would|should|any)\b"
    r"|吗|呢|么|嘛|多久|多长|几天|多少|怎么|怎样|如何|什么|哪|是否|能不能|可不可以|可否|有没有|要不要|会不会|是不是|收不收|还是|几",
    re.IGNORECASE,
)
_IN_GENERAL = re.compile(
    r"\b(?:in general|generally|usually|normally|typically|as a rule|on average|polic(?:y|ies)|what (?:happens )?if"
    r"|in case)\b|一般|通常|正常|平时|平常|政策|规定|规则|流程|如果|假如|万一",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(  # "it" that is no thing
    r"\b(?:(?:does|do|will|would|did|can) it (?:usually |normally |generally )?(?:take|cost|work|matter|mean)"
    r"|(?:is|was|would|will) it (?:be )?(?:possible|ok|okay|fine|free|worth|better|easy|allowed|hard)"
    r"|it (?:takes?|costs?|works)|(?:after|once|when|before|if) it(?:['’]?s| is| has)? \w+"
    r"|do (?:i|we) have)\b",
    re.IGNORECASE,
)
# Words of a thing that the customer has, ordered or awaits.
_OWN = re.compile(
    r"\b(?:my|mine|our|ours|it|its|it['’]?s|this|these|those|them|they|that one"
    r"|the (?:order|parcel|package|delivery|item|thing|one|money|refund|box|courier)"
    r"|i['’]?ve|(?:i|we) (?:have|had|just|already|never|only|still|ordered|bought|got|paid|sent|returned|received|chose"
    r"|placed|purchased|made|was|were|did|didn['’]?t|haven['’]?t|hasn['’]?t|don['’]?t|want(?:ed)?|need(?:ed)?|would like"
    r"|['’]?d like)|i['’]?d like|yesterday|ago|last (?:week|month|night|year)|today|this (?:week|morning)"
    r"|hasn['’]?t|haven['’]?t|didn['’]?t|still|already|yet|arrived|came|broke|wrong|missing|status|progress)\b"
    r"|我的|咱的|我(?:们)?(?:这|那|上|前|昨|刚|已|都|买|下|订|定|拍|付|收|退|寄|换|申请|没|还|想|要|有)"
    r"|这[个件单双条款套张把台只盏次笔]|那[个件单双条款套张把台只盏次笔]|它|昨天|前天|刚|上周|上个?月|到现在|还没|一直|已经"
    r"|(?:收到|到货|买|下单|退|寄|坏|破|碎|少|发错|扣)了(?!.{0,2}(?:之?后|以后|的话))|不见|没(?:收|到|动|更新|发货|消息)|到哪|进度|状态",
    re.IGNORECASE,
)

_STRONG_OWN = re.compile(
    r"\b(?:my|mine|our|ours|i['’]?ve|(?:i|we) (?:ordered|bought|got|paid|sent|returned|received|placed|purchased))\b"
    r"|我的|我(?:这|那|上|昨|刚|买|下|订|拍|付|收|寄)|还没|到现在",
    re.IGNORECASE,
)


def asks_in_general(text: str) -> bool:
    """Return whether a text is a question that no order number is needed for."""
    text = fold(text)
    if not _ASKS.search(text):
        return False
    own = _OWN.search(_EXPLETIVE.sub(" ", text))
    return own is None or (_IN_GENERAL.search(text) is not None and not _STRONG_OWN.search(text))
