"""An agent's reply without greeting, name and signature: what is left is the answer."""

import re

from data.fold import fold

_SPLIT = re.compile(r"(?<=[.!?])\s+|(?<=[。！？!?~～])|\n+")
_NAMED = r"(?:[ ,]+(?:(?:Mr|Mrs|Ms|Dr|Miss)\.? )?[A-Z][\w'’-]+){1,2}"
_MARK = r"[,!.:;–—-]"
_GREETING = re.compile(
    r"^(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))(?![A-Za-z'’])"
    r"(?: (?i:there|again|customer|sir|madam|both|all)(?![a-z]))?"
    rf"(?:{_NAMED}\s*{_MARK}+|\s*{_MARK}*)\s*"
    r"|^(?i:thanks?(?: you)?(?: (?:so|very) much)?(?: for (?:contacting|reaching out|getting in touch"
    r"|your (?:message"
    r"|patience|question|reply))[^.!?,]*)?)" + rf"(?:{_NAMED})?\s*[,!.]+\s*"
)
_CHINESE_GREETING = re.compile(
    r"^(?:(?:亲爱的)?(?:您好|你好|亲|哈喽|嗨|早上好|上午好|下午好|晚上好|尊敬的[^，,。！!：:]{0,8}|[\u4e00-\u9fff]{1,3}(?:先生|女士"
    r"|小姐)(?=[，,。！!：:]))"
    r"[~～呀啊哦]*[，,。！!：:\s]*)+"
    r"|^(?:这里是|我是)[^，,。！!]{0,12}(?:客服|客服人员|专员|顾问)[^，,。！!]{0,6}[，,。！!]\s*"
    r"|^(?:感谢|谢谢)(?:您的?)?(?:联系|咨询|来信|反馈|耐心等待|等待)[^，,。！!]{0,8}[，,。！!~]\s*"
)
_CLOSING = re.compile(
    r"^(?:(?:kind|best|warm|warmest|many)? ?regards|best(?: wishes)?|cheers|sincerely"
    r"|yours(?: \w+){0,2}|take care"
    r"|thanks(?: again)?|thank you(?: again)?|have a (?:\w+ )?(?:day|evening|weekend|one)(?: ahead)?"
    r"|you(?:'| a)re welcome"
    r"|my pleasure|bye|(?:is there |if there is )?any(?:thing)? else (?:i|we) can (?:help|do"
    r"|assist)(?: you)?(?: with)?(?: today)?"
    r"|let (?:me|us) know if (?:you (?:need|have)|there(?:'s| is)) any(?:thing)?[^.]*"
    r"|(?:please )?(?:feel free|don't hesitate) to [^.]*"
    r"|i hope (?:this|that) helps)[\s,.!?–—-]*(?:[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)?)?[\s.!]*$",
    re.IGNORECASE,
)
_CHINESE_CLOSING = re.compile(
    r"^(?:祝(?:您|你)?[^，,。！!]{1,12}|(?:还)?有(?:什么|其他|任何)?(?:别的|其他|任何)?(?:问题|需要|疑问)[^。！!]{0,16}|感谢您?的?(?:支持"
    r"|理解|谅解|配合|惠顾)[^。！!]{0,6}"
    r"|谢谢|不客气|再见|客服[^，,。！!]{1,6}|此致|敬礼|(?:请问)?还有(?:什么|其他)[^。！!]{0,12}(?:帮|吗)[^。！!]{0,6})[~～哦呀。！!？?\s]*$"
)
_SIGNATURE = re.compile(
    r"(?:^|(?<=[.!?\n。！]))\s*(?:[-–—~]{1,2} ?[A-Z][\w'’]*(?: [A-Z]\w*)?|[-—]{1,2}[\u4e00-\u9fff]{1,4})\s*$"
)


def trimmed(text: str) -> str:
    """Return a reply without the words around the answer; empty where there is no other word."""
    text = _SIGNATURE.sub("", text.strip())
    text = _without_greeting(text)
    parts = [part for part in _SPLIT.split(text) if part.strip()]
    while parts and _closes(parts[-1], len(parts) > 1):
        parts.pop()
    kept = _joined(parts)
    return kept[:1].upper() + kept[1:] if kept[:1].isascii() else kept


def _without_greeting(text: str) -> str:
    for _ in range(3):  # "Hello Ms Li! Thank you for your message. "
        shorter = _CHINESE_GREETING.sub("", _GREETING.sub("", text, count=1), count=1).lstrip()
        if shorter == text:
            break
        text = shorter
    return text


def _closes(part: str, has_more: bool) -> bool:
    plain = fold(part)
    if _CLOSING.match(plain) or _CHINESE_CLOSING.match(plain):
        return True
    return (
        has_more and bool(re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]*)?[.,]?", part.strip())) and len(part) < 20
    )


def _joined(parts: list[str]) -> str:
    """Return sentences as one text, with a space between two only where the first is in Latin letters."""
    whole = ""
    for part in parts:
        part = part.strip()
        whole += (" " if whole and whole[-1].isascii() else "") + part
    return whole
