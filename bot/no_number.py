"""That who was asked for a number has none: "I don't have it", "I booked by phone", 找不到订单号了.

Only read where a number was asked for: "it" is the number then, and so is what 没有 leaves out.
Not covered: who is still looking for it ("one moment").
"""

import re

from data.fold import fold

_NUMBER = (  # what a number is called, and where it stands
    r"(?:(?:order|booking|reservation|reference|confirmation|contract|customer|account|policy|tracking"
    r"|the|my|your|a|an|any|this|that|such|of) ){0,4}"
    r"(?:numbers?|num|no|nr|refs?|references?|confirmations?|code|ids?|e-?mails?|paperwork|receipt)\b"
)
_IT = (
    r"(?:it|one|that|this|them|those|any)"
    r"(?: (?:any ?more|at hand|on me|with me|here|now|either|right now))?"
    r"(?=\s*(?:$|[.,;!?:)]|(?:sorry|right|unfortunately|at|and|but|because|cause|cuz|since|though|so|as|i|my"
    r"|on|in|anywhere|yet|today|any)\b))"
)
_END = r"(?=\s*(?:$|[.,;!?:)]|(?:it|that|the number|sorry|i|my|but)\b))"
_HAVE = (
    r"(?:(?:have|had)(?: got)?|got|get|gotten|find|see|locate|receive|received|remember|recall|know|keep|kept"
    r"|access|open|look up)"
)
_NOT = (
    r"(?:no longer|not|never|(?:do|did|have|had|ca|can|could|wo)(?:n'?t| ?not))"
    r"(?: (?:even|really|actually|currently|seem to|ever))?"
)
_LOST = r"(?:lost|forgot|forgotten|deleted|misplaced|threw away|without)"
_FIRST = r"^\W*(?:(?:sorry|but|well|i have|there is|i've|oh|hm+)\W+){0,3}"
_ENGLISH = (
    rf"\b{_NOT} {_HAVE} (?:{_NUMBER}|{_IT})|\b{_LOST} (?:{_NUMBER}|{_IT})"
    rf"|\b(?:have|got|was given|there (?:is|was)|with) no {_NUMBER}"
    rf"|{_FIRST}(?:no (?:idea|clue)|not sure|dunno|none)\b|{_FIRST}no {_NUMBER}"
    rf"|\b{_NOT} (?:know|remember){_END}"
    r"|\b(?:booked|ordered|reserved|bought|done|did it|made it)(?: (?:it|this|that|everything))?"
    r" (?:by|over|via|on|through) (?:the )?(?:tele)?phone\b"
    r"|^\W*+(?:no|nope|nah)\b\W*+(?:sorry)?\W*+$"
)

_ANY = r"[号码编单订预合同定户证购物确认信邮件短凭据电子的个那这您你我它]{0,8}"  # 订单, 那个预订, 我的
_CALLED = r"(?:号码?|编号|单号|邮件|短信|确认信)"
_NOT_SEEN = r"(?:[找查看翻搜]不[到着见]|没[找看查][到着见])"
_GONE = (
    r"(?:没有?|无|哪有|丢了?|弄丢了?|忘(?:记|带)?了?|不知道|不记得|记不[得清住]|想不起来?|不清楚|不晓得"
    rf"|没[记存留带](?:住|下)?|没收到|删(?:掉)?了?|{_NOT_SEEN})"
)
_BEFORE = r"^(?:抱歉|不好意思|对不起|[呃额嗯哦我]|这个|那个|真的?|也|都|实在|现在|一时|\W)*+"
_DONE = r"(?:[了的啊呀呢吧哦耶诶啦额哎唉也都]|现在|怎么办)*+"
_CHINESE = (
    rf"{_GONE}(?:什么|过)?{_ANY}{_CALLED}"
    rf"|(?:{_CALLED}|手[机边头上]|[身旁]边|身上|邮箱|记录)[上里中]?[我也都早就已经现在是给被又]{{0,4}}(?:{_GONE}|不在)"
    rf"|{_BEFORE}(?:{_GONE}|不在手边){_DONE}(?:$|\W)"
    r"|电话[里上中]?(?:预?[订定]|下单|买)"
)
_NO_NUMBER = re.compile(f"{_ENGLISH}|{_CHINESE}", re.IGNORECASE)
_WHERE = re.compile(
    r"\b(?:where|how)\b[^.?!]{0,20}\b(?:find|see|get|look|locate)\b"
    r"|\bwhere (?:is|'?s) (?:it|that|the number)\b|\b(?:which|what) (?:number|reference|one)\b"
    r"|[哪什]么?个?号|号码?[是在](?:哪|什么)|(?:哪[里儿]?|怎么|如何)[看找查]",
    re.IGNORECASE,
)


def has_no_number(text: str) -> bool:
    """Return whether a text says that the number asked for is not at hand."""
    return said_beside(text) is not None


def said_beside(text: str) -> str | None:
    """Return what a text says besides that the number is not at hand; None where it does not say so."""
    flat = fold(text).replace("’", "'")
    found = _NO_NUMBER.search(flat)
    return f"{flat[: found.start()]} {flat[found.end() :]}" if found else None


def asks_for_its_place(text: str) -> bool:
    """Return whether a text asks where the number asked for stands, or which one is meant."""
    return _WHERE.search(fold(text)) is not None
