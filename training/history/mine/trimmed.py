"""An agent's message without greeting, holding phrase, name and signature: what is left is the answer."""

import re
from collections.abc import Iterable

from training.history.mine.closings import without_closing
from training.history.mine.staff_names import StaffNames

NOBODY = StaffNames()
MOST_OPENINGS = 8  # greetings and holding phrases before an answer
_NAMED = r"(?:[ ,]+(?:(?:Mr|Mrs|Ms|Dr|Miss)\.? )?[A-Z][\w'’-]+){1,2}"
_MARK = r"[,!.:;–—-]"
_GREETING = re.compile(
    r"^(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))(?![A-Za-z'’])"
    r"(?: (?i:there|again|customer|sir|madam|both|all)(?![a-z]))?"
    rf"(?:{_NAMED}\s*{_MARK}+|\s*{_MARK}*)\s*"
    r"|^(?i:(?:many )?thanks?(?: you)?(?: (?:so|very) much)?(?: for (?:contacting|reaching out|getting (?:in"
    r" touch|back)|writing|calling|messaging|choosing|your (?:message|e-?mail|mail|letter|enquiry|inquiry"
    r"|interest|patience|question|reply))(?:(?! (?:and|but|so|because|-) )[^.!?,;:–—])*)?)"
    rf"(?:{_NAMED})?\s*(?:[,!.]+|[;:–—]|-(?= ))\s*"
)
_CHINESE_GREETING = re.compile(
    r"^(?:(?:亲爱的)?(?:您好|你好|亲|哈喽|嗨|早上好|上午好|下午好|晚上好|尊敬的[^，,。！!：:]{0,8}|[\u4e00-\u9fff]{1,3}(?:先生|女士"
    r"|小姐)(?=[，,。！!：:]))"
    r"[~～呀啊哦]*[，,。！!：:\s]*)+"
    r"|^(?:这里是|我是)[^，,。！!]{0,12}(?:客服|客服人员|专员|顾问)[^，,。！!]{0,6}[，,。！!]\s*"
    r"|^很?高兴(?:为|给)您服务[，,。！!~～]\s*"
    r"|^(?:感谢|谢谢)(?:您的?)?(?:联系|咨询|来信|来电|致电|留言|反馈|选择|耐心等待|等待)[^，,。！!~]{0,20}[，,。！!~]\s*"
)
_WAIT = r"(?:please |just )*(?:one|a|1) (?:moment|second|sec|minute|min)"
_HOLDING = re.compile(  # whole sentences that only ask to wait, or are sorry for what was said
    rf"(?:(?:ok(?:ay)?|sure|right|of course|no problem|certainly|great)[ ,.!]+)?(?:{_WAIT}(?:,? please)?"
    r"|(?:please )?(?:bear|hang on|hold on|give me)(?: with me)?(?: (?:for )?(?:just )?(?:a|one)"
    r" (?:moment|second|sec|minute|min|bit))?"
    r"|(?:let me|i'?ll|i will|i'?m going to|allow me to)(?: just| quickly)?"
    r" (?:check|look(?: at| into)?|have a look(?: at| into)?|take a look(?: at| into)?|find out|see)"
    r"(?: (?:on|into|at))?(?: (?:that|this|it))?(?: (?:up|out))?(?: for you)?(?: now| right away|,? please)?"
    r"|i'?m (?:just )?(?:checking|looking)(?: (?:that|this|it|into (?:that|this|it)))?(?: up)?"
    r"(?: for you)?(?: now)?"
    r"|(?:thanks|thank you)(?: (?:so|very) much)? for (?:waiting|holding(?: on)?|bearing with me|(?:your|the)"
    r" patience)"
    r"|(?:i'?m|i am|we'?re|we are)?(?: so| very| really)? ?sorry (?:to hear (?:that|this|about (?:that|this))"
    r"|about (?:that|this|the wait)|for the (?:wait|delay)|to keep you waiting))"
    rf"(?:[ ,]+(?:{_WAIT}|bear with me)(?:,? please)?)?\s*(?:[.!…~]+|,(?= ?[A-Z])(?! (?:and|but|so) )|$)\s*",
    re.IGNORECASE,
)
_CHINESE_HOLDING = re.compile(
    r"(?:(?:好的?|嗯+|收到|没问题|明白)[，,。！!~～\s]*)?"
    r"(?:(?:麻烦您?|请您?|您)?稍(?:等|候|待)(?:一下|片刻|一会儿?)?|(?:请您?)?等(?:一下|我一下|一会儿?)"
    r"|(?:非常|很|十分)?(?:抱歉|不好意思|对不起)?[，, ]?(?:让|给)您久等了?|久等了"
    r"|(?:我|这边|我这边|现在|马上|先){0,3}(?:帮|为|给|替)您(?:查|看|核实|核对|确认|查询|查看|了解)(?:一下|下|查|看)?"
    r"|(?:我|这边|我这边|马上|先){1,3}(?:查|看|核实|核对|确认|查询|查看|了解)(?:一下|下)"
    r"|(?:正在|这就)(?:帮|为|给)您(?:查|看|核实|查询|查看|处理)(?:一下|下)?"
    r"|(?:非常|感谢|谢谢|多谢){1,2}您?的?耐心等[待候])"
    r"(?:[，,\s]*(?:请您?)?稍(?:等|候)(?:一下|片刻)?)?[哦哈呢啊呀]?\s*(?:[。！!～~，,…]+|$)\s*"
)


def trimmed(text: str, staff: StaffNames = NOBODY) -> str:
    """Return a message without the words around the answer; empty where there is no other word."""
    kept = _joined(without_closing(_without_opening(text.strip(), staff)))
    return kept[:1].upper() + kept[1:] if kept[:1].isascii() else kept


def trimmed_together(texts: Iterable[str], staff: StaffNames = NOBODY) -> str:
    """Return several messages of one reply as one text, each without the words around the answer."""
    return _joined([kept for text in texts if (kept := trimmed(text, staff))])


def _without_opening(text: str, staff: StaffNames) -> str:
    """Return a text without greetings and holding phrases, "Moment, please. Hello Ms Li!"."""
    for _ in range(MOST_OPENINGS):
        shorter = text
        for opening in (_HOLDING, _CHINESE_HOLDING, _GREETING, _CHINESE_GREETING):
            shorter = shorter[m.end() :].lstrip() if (m := opening.match(shorter)) else shorter
        shorter = staff.without_introduction(shorter)
        if shorter == text:
            break
        text = shorter
    return text


def _joined(parts: list[str]) -> str:
    """Return sentences as one text, with a space between two only where the first is in Latin letters."""
    whole = ""
    for part in parts:
        part = part.strip()
        whole += (" " if whole and whole[-1].isascii() else "") + part
    return whole
