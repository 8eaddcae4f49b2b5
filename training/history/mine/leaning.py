"""Why a message that comes after a question means little by itself: it answers the agent, or only goes on."""

import re

from bot.reference_numbers import ReferenceNumbers
from data.fold import fold
from retrieval.keywords import word_count
from training.history.mine.pleasantries import MASKED, PLEASANT

SHORT = 5  # words; two Chinese characters count as one
LONG = 8  # words of a follow-up that says nothing but what was said before
A_NAME = 3  # words beside a number that may be a name: "Sean O'Brien, LK-2048817"
FEW_HAN = 3  # characters of a Chinese question that goes on with the last one
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENDS = "?？!！。.~～ "
_GOES_ON = re.compile(
    r"(?:and|but|so|then|or|also|what about|how about|what if|why not|why|really|ok(?:ay)?,? (?:and|but"
    r"|so)|even"
    r"|那|那么|所以|可是|但是?|还有|然后|如果|要是|为什么|为啥|真的|是不是|就是)(?![a-z])",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|it's|this|these|they|them|that|that's|those|one|he|she|him|her|there)\b|[它他她这那]",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(  # words that mean nothing without what was said before
    r"\b(?:it(?:'?s|'?ll|'?d)?|this|these|they|them|that(?:'?s|'?ll|'?d)?|those|one|there|here|i(?:'?m"
    r"|'?ve|'?ll|'?d)?|me|my|you|your|we|us"
    r"|a|an|the|of|to|for|in|on|at|by|with|from|if|as|than|then|so|and|but|or|also|too|only|just|still|even"
    r"|ever|well|ok(?:ay)?|please|pls|thanks|thank|cheers|asap|exactly|really|actually|usually|normally"
    r"|roughly|about|again|now|already|yet"
    r"|how|what|when|where|which|why|who|long|much|many|soon|often|far|big|fast|quick(?:ly)?|free|sure"
    r"|certain|possible|true"
    r"|is|isn'?t|are|aren'?t|was|wasn'?t|were|be|been|do|don'?t|does|doesn'?t|did|didn'?t|can|can'?t|cannot"
    r"|could|couldn'?t|will|won'?t|would|wouldn'?t|should|shouldn'?t|may|might|must|has|hasn'?t|have|haven'?t"
    r"|had|not|never|get|got|go|goes|take|takes|taking|took|need|needs|cost|costs|work|works|working|worked"
    r"|happen|happens|mean|means|help|helps|fail|fails|else|more|less|know|say|says|said|any|something"
    r"|anything|nothing)\b",
    re.IGNORECASE,
)
_POINTING_BACK = re.compile(  # "and how long does that take", not "and clothes that have been washed"
    r"(?:and|but|so|then|or|also|what if|what about|how about|if)(?![a-z]).*"
    r"\b(?:(?:it|its|it'?s|it'?ll|they|them|this|these|those)\b(?! (?:will|by|with)\b)"
    r"|that(?:'s)?(?= (?:is|was|take|mean|work|cost|happen|include|cover|go|do|for|too|not)|[^\w ]|$))",
    re.IGNORECASE,
)
_HAN_NO_NOUN = re.compile(
    r"那么|那个|这个|这样|那样|它们?|[那这它]|要是|如果|万一|但是?|可是|还是|还|然后|所以|不过|大概|一般|大约|到底|究竟"
    r"|要不要|是不是|能不能|可不可以|有没有|会不会|需不需要|需要|可以|多长时间|时间|多久|多少|多快|几天|几个|什么时候|啥时候|何时"
    r"|什么|怎么办|怎么样|怎么|怎样|如何|为什么|为啥|哪里|哪儿|免费|收费|收钱|花钱|要钱|贵不贵|不行|没用|好使|管用|的话|就是|必须"
    r"|[我你您们要得能会有没不行用去在就都才再也又只是的了吗嘛呢吧啊呀呐么请问钱费天先]"
)
_REFERENCE = re.compile(r"\b[a-z]{0,4}[-_/# ]?\d[\d-]{3,}\b|\b\d+\b", re.IGNORECASE)
_LABEL = re.compile(  # what is said beside a number or masked data that the agent asked for
    r"\b(?:my|the|it(?:'?s)?|is|was|here(?:'?s)?|you|go|mobile|phone|cell|telephone|tel|home|number|no|nr|num"
    r"|account|acc|acct|order|booking|customer|reference|ref|contract|id|e-?mail|mail|address|postcode|zip"
    r"|code|name|card|and|on|under|registered|with|for|this|that(?:'?s)?|should|be|sure|yes|ok(?:ay)?)\b"
    r"|我的?|手机号?码?|电话号?码?|号码|账[户号]号?码?|帐[户号]号?码?|订单号?码?|单号|编号|邮箱|邮件|地址|姓名|名字|邮编|合同号?|客户号?"
    r"|这是|这个|就是|是|为|和|还有|的|在这|给您?你?|您?你?看",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\?|？|\b(?:send|give|tell|share|provide|let me have|may i have|could i have)\b.*\b(?:number"
    r"|photos?|pictures?|name|address"
    r"|e-?mail|details|code)\b|请(?:您)?(?:把|先)?(?:发|提供|告诉|说|留|上传|补充)|发一下|是哪|哪一?[单个件款]",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|？|\b(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|should|any)\b"
    r"|吗|嗎|呢|怎么|怎麼|如何|什么|什麼|哪|多少|多久|几|能不能|可不可以|是否|有没有",
    re.IGNORECASE,
)


def leans(text: str, said: str, numbers: ReferenceNumbers) -> str:
    """Return why a text that comes after a question means little without what was said."""
    plain = fold(MASKED.sub(" ", text))
    count = word_count(plain)
    if _ASKED.search(said) and (_is_given(text) or _is_short_reply(plain, bool(numbers.find(text)))):
        return "answer"
    if count <= SHORT and (_GOES_ON.match(plain) or (_POINTS.search(plain) and count < SHORT)):
        return "follow_up"
    return "follow_up" if not numbers.find(text) and _goes_on(plain, count) else ""


def _is_given(text: str) -> bool:
    """Return whether a text is a number or masked data with hardly anything beside it but what that is."""
    plain = fold(text)
    rest = _REFERENCE.sub(" ", MASKED.sub(" ", plain))
    beside = PLEASANT.sub(" ", _LABEL.sub(" ", rest))
    return rest != plain and word_count(beside) <= A_NAME and not _ASKS.search(beside)


def _is_short_reply(plain: str, names_order: bool) -> bool:
    return word_count(plain) <= (2 * SHORT if names_order else SHORT) and not _ASKS.search(plain)


def _goes_on(plain: str, count: int) -> bool:
    """Return whether a text points back or names nothing of its own, so that only the last matter has it."""
    if count > LONG:
        return False
    if len(_HAN.findall(plain)) == 0:
        return bool(_POINTING_BACK.match(plain)) or not word_count(_NO_NOUN.sub(" ", plain))
    few = bool(_ASKS.search(plain)) and len(plain.strip(_ENDS)) <= FEW_HAN
    return few or not word_count(_HAN_NO_NOUN.sub("", plain))
