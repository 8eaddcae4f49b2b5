"""Asking for help without a word on what it is about: "hello, can you help me", 有个问题想问."""

import re

from data.fold import fold

_ASKED = (
    r"\b(?:help|helping|assist|assistance|support|questions?|query|problems?|issues?|trouble|stuck)\b"
    r"|帮|求助|请教|咨询|想问|问[一下个]|问题|疑问|怎么办"
)
_BESIDE = (  # words that may stand beside and name no matter, longer ones first
    r"\b(?:hello|hi|hey|hiya|good|morning|afternoon|evening|dear|sir|madam|team|there|please|pls|plz|kindly|ok|okay"
    r"|i['’]?(?:m|ve|d)|i|me|my|we|us|you|u|your|can|could|would|will|may|might|do|does|is|am|are|be|able|need|needs"
    r"|want|wanna|like|have|has|got|get|getting|having|a|an|the|some|any|bit|little|of|with|for|from|to|in|and|so"
    r"|but|really|just|now|quick|quickly|here|something|anything|ask|out)\b"
    r"|可不可以|你好|您好|哈喽|哈啰|在不在|在吗|在么|老板|麻烦|能不能|可以|能否|想要|需要|你们|一下|一点|一个|事情|事儿"
    r"|这边|这里|那个|就是|帮助|[嗨亲请能想要我你您个点些事有了啊呀呢吗嘛吧么哦的来给跟向嗯下急忙问查看]"
)
_ASKS = re.compile(_ASKED, re.IGNORECASE)
_SAYS_NOTHING = re.compile(rf"{_ASKED}|{_BESIDE}|[\W_]", re.IGNORECASE)


_BARE = re.compile(
    r"(?:yes|yeah|yep|yup|no|nope|nah|ok|okay|k|sure|why|what|how|when|where|and|so|maybe|hmm+|huh|really"
    r"|是|是的|对|对的|好|好的|好吧|嗯+|哦+|行|可以|不|不是|不行|不要|没有|为什么|为啥|什么|啥|怎么|然后呢|是吗|真的吗)",
    re.IGNORECASE,
)


def is_bare(text: str) -> bool:
    """Return whether a text is a single word that only means something after another: yes, no, why."""
    return bool(_BARE.fullmatch(re.sub(r"[\W_]+", "", fold(text))))


def states_no_matter(text: str) -> bool:
    """Return whether a text asks for help, and no word of it says with what."""
    text = fold(text)
    return bool(_ASKS.search(text)) and not _SAYS_NOTHING.sub("", text)
