"""An agent's message without what ends it: wishes, thanks, offers of more help, and who signs.

A name that nobody knows is cut where a closing formula stands before it, at most three words of it.
"""

import re

from data.fold import fold

SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？!?~～])|\n+")
_FORMAL = (
    r"(?i:(?:with )?(?:(?:my|our) )?(?:(?:very )?(?:kind(?:est)?|best|warm(?:est)?|many) )?regards"
    r"|(?:with )?best wishes|(?:yours )?sincerely(?: yours)?|yours (?:faithfully|truly)|all the best)"
)
_CHINESE_FORMAL = (
    r"(?:祝好|此致[，,\s]*敬礼|敬礼|顺颂商祺|祝商祺|谨上"
    r"|祝(?:您|你|大家)?[^，,。！!？?\s]{0,8}(?:愉快|顺利|开心|快乐|健康|安好|如意|幸福))"
)
_NAME = r"(?:[A-Z][\w'’-]*(?:\.\w+)*\.?|[\u4e00-\u9fff]{1,6}|\w+(?:\.\w+)+)"  # Dev, T., 客服阿敏, dev.p
_NAMES = rf"{_NAME}(?: (?:[A-Z][\w'’.-]*|team|support)){{0,2}}"
_SAYS_MORE = r"(?![\u4e00-\u9fff]*[免是在可请不的了会有要能])"  # 早餐免费 after a wish is no name
_SIGNED = re.compile(
    rf"(?:^|(?<=[.!?。！？~～\n,，;；)）])\s*|\s(?=(?i:(?:with )?(?:kind|best) regards)))"
    rf"(?:{_FORMAL}(?:\s*[,，!.–—-]*\s*(?:from )?{_NAMES})?"
    r"|(?i:yours|best|cheers|thanks(?: again)?|many thanks|thank you)\s*[,，!–—\n]+\s*"
    r"(?:[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]*\.?)?|\w+(?:\.\w+)+)"
    rf"|(?i:yours|best|cheers)\s*[,，!–—\n]+\s*{_SAYS_MORE}[\u4e00-\u9fff]{{2,6}}"
    rf"|(?:^|(?<=[.!?。！？~～\n，,])\s*){_CHINESE_FORMAL}[，,。！!~～\s]*(?:[—-]+\s*)?(?:{_SAYS_MORE}{_NAMES})?)"
    r"[\s.!。！~～]*$"
)
_SIGNS = re.compile(  # one word after a closing formula: "Kind regards, dev.p"
    rf"(?:{_FORMAL}|(?i:cheers)|{_CHINESE_FORMAL})[\s,，!！.~～–—-]+({_NAME})\s*$"
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
    r"(?:^|(?<=[.!?\n。！]))\s*(?:[-–—~]{1,2} ?[A-Z][\w'’]*(?: [A-Z]\w*)?|[-—]{1,2} ?[\u4e00-\u9fff]{1,4}"
    r"|[-–—]{1,2} ?\w+(?:\.\w+)+)\s*$"
)


def without_closing(text: str) -> list[str]:
    """Return the sentences of a message up to where it closes."""
    text = _SIGNATURE.sub("", text.strip())
    while (shorter := _SIGNED.sub("", text).rstrip()) != text:
        text = shorter.rstrip(",，;； ")
    parts = [part for part in SENTENCE.split(text) if part.strip()]
    while parts and _closes(parts[-1], len(parts) > 1):
        parts.pop()
    return parts


def signature_of(text: str) -> str:
    """Return the one word that a message is signed with after a closing formula; "" where there is none."""
    m = _SIGNS.search(text.strip())
    return m[1] if m else ""


def _closes(part: str, has_more: bool) -> bool:
    plain = fold(part)
    if _CLOSING.match(plain) or _CHINESE_CLOSING.match(plain):
        return True
    return (
        has_more and bool(re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]*)?[.,]?", part.strip())) and len(part) < 20
    )
