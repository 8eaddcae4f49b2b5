"""What customers say while they wait for a person: that they ask how long, or need nobody any more."""

import re

from data.fold import fold
from retrieval.keywords import word_count

_PERSON = (
    r"(?:some ?(?:one|body)|any ?(?:one|body)|(?:an? |the |your |my )?(?:real )?(?:agent|person|human"
    r"|colleague|operator|representative)s?|you(?: guys)?)"
)
_LONG = r"how (?:much )?long(?:er)?"
_ASIDE = r"(?:hi|hello|hey|ok(?:ay)?|so|and|well|sorry|excuse me|please|pls|but|then|now|anyway)"
_END = r"(?:(?: more| still| now| please| pls| then| usually| approximately| here| today| exactly)*)"
_UNTIL = (
    rf"(?: (?:for|until|till|til|before) (?:{_PERSON}|i|a reply|an answer)(?: (?:to |is |are |can "
    rf"|will )?(?:answers?|repl(?:y|ies)|responds?|comes?|get|hear|here|available|free|back|be|to me"
    rf"|a reply|an answer|through|joins?|there))*)"
)
_ENGLISH = re.compile(
    rf"(?:{_ASIDE}[\s,.!?]*)*(?:"
    rf"(?:about |roughly )?{_LONG}{_END}"
    rf"|{_LONG}(?: (?:do|will|must|should|would|does|is|have|am) )(?:i|we|it|this|that"
    rf"|the wait(?:ing)?(?: time)?|the queue)"
    rf"(?: (?:have to |need to |got to |going to |gonna |still |usually |been )*(?:wait(?:ing)?|be|take"
    rf"|last)?)?{_END}{_UNTIL}?{_END}"
    rf"|{_LONG}{_UNTIL}{_END}"
    r"|(?:what(?:'s| is| are)) (?:the |your |my )?(?:current |expected "
    r"|average )*(?:wait(?:ing)?(?: times?)?|queue|place in the queue|position(?: in the queue)?)(?: like)?"
    rf"|when (?:will|can|does|is|do) (?:{_PERSON}|i|it)(?: (?:finally|actually|be|going to|get"
    rf"|to))*(?: (?:answer|reply|respond|come|here|free|available|a reply|an answer|join|there|talk"
    rf"|back|my turn|through|to me|me|with me|to|an?|agent|person|human|someone|somebody))*{_END}"
    rf"|(?:is |are )?(?:there )?(?:{_PERSON}|people)(?: (?:there|here|around|available|coming|free"
    rf"|online|reading|listening|home|answering|alive|still|going to (?:answer|come|reply)))*"
    r"|hello+|(?:you|u) there|still there|anybody home|(?:i'm|im|i am|i've been|ive been"
    r"|i have been)? ?(?:still )?waiting(?: (?:here|for (?:ages|so long|a while|long|hours?|an hour"
    r"|\w+ (?:minutes?|mins?|hours?))|for (?:a|an|the|your) (?:agent|person|human|reply|answer|colleague)))*"
    rf"|where (?:is|are) (?:{_PERSON}|everyone|everybody)|(?:what(?:'s| is) )?taking so long|why (?:is"
    rf"|does) (?:it|this) (?:taking|take) so long"
    r"|(?:am i|is it) (?:still )?(?:in the queue|next|my turn|waiting)(?: yet| soon| now)?"
    r"|what number am i(?: in the queue)?"
    r"|how many (?:people )?(?:are )?(?:ahead|before|in front)(?: of)?(?: me)?"
    r"|how many (?:people )?(?:are )?in the queue|any (?:news|update)s?"
    r"|(?:will|is) (?:it|this) (?:be |take )?(?:much )?long(?:er)?|hurry up|come on"
    r")[\s.?!,]*",
    re.IGNORECASE,
)
_HOW_LONG = (
    r"(?:大概|大约|那|请问|我|一般|到底|究竟|这)*(?:还|仍)?(?:需要|得|要|用|能|会|有)*(?:再)?(?:等待?"
    r"|排队?)?(?:大概|大约)?(?:多久|多长时间|多少时间|几分钟|多少分钟|几个小时|到什么时候"
    r"|到几点)(?:才?(?:能|可以|会)?(?:到我|轮到我|接入|接通|有人|回复|有人来|有人接|有人回)?)?"
)
_CHINESE = re.compile(
    # a repetition is one (?>…): else 了 or a mark is shared out in twice as many ways by each that is added
    rf"(?:(?>(?:你好|您好|请问|喂|亲|哈喽|hello|hi|麻烦问下|那|所以|好的)?[\s,，。.!！~]*(?:"
    rf"{_HOW_LONG}"
    r"|(?:你|您|客服|人工|人|还|都|有人)*在(?:吗|不在?|么|线吗)"
    r"|(?:请问)?(?:还)?有没?有?人(?:在|理我|回|接)?(?:吗|么|没有?)?|人呢|(?:人工|客服|同事|专员)(?:呢"
    r"|在哪|去哪了?|什么时候(?:能|可以)?(?:来|在|接|回))"
    r"|(?:我)?(?:什么时候|啥时候|几时|多会儿?)(?:才)?(?:能|可以|会)?(?:有人|有客服|轮到我?|到我|接入"
    r"|接通|人工|客服|回复?我?|转接|接)(?:来|接入?|接待|接通|回复?|理我?|处理|能|在)?(?:我)?"
    r"|(?:怎么)?(?:还|一直|都|这么久)*(?:还)?(?:没|不|没有)(?:人|有人|来|接入?|回复?|接通|客服)(?:来"
    r"|接入?|回复?|理|接待|理我|应)?(?:我)?"
    r"|(?:我)?前面(?:还)?(?:有)?(?:多少|几)(?:个|位)?(?:人|位)?|(?:我)?排(?:在|到"
    r"|队)?(?:了)?(?:第)?(?:几|多少)(?:位|个|号)?|(?:还)?(?:没|快)?(?:轮)?到我了?(?:吗|没)?"
    r"|(?:我)?(?:已经|都)?等(?:了)?(?:好|很|半天|这么|老|太|好长)*(?:久|半天|长时间|时间)(?:了)?|还在等"
    r"|(?:麻烦|请|能不能|能)?快(?:点|一点|些)"
    r")(?:啊|呢|呀|了|吗|吧|嘛|哦|的)*[\s,，。.?？!！~…]*))+",
    re.IGNORECASE,
)
MOST_WORDS = 16
LONGEST = 200  # characters; who writes more says something else, too
_DONE = re.compile(
    r"(?:^\W*|^(?!.*\b(?:not|never|still|you)\b).*\b(?:i|we|i've|i have|we've|it's|its|is|already|just) )"
    r"(?:found|solved|fixed|figured|sorted|managed|resolved)(?: it| this| that)?(?: (?:out|all))?"
    r" ?(?:by )?(?:myself|ourselves|on my own|now|already|out|after all)?[\s.,!]*(?:thanks?|thank you"
    r"|thx|cheers)?[\s.!]*$"
    r"|^\W*(?:never ?mind|no longer need|(?:i )?(?:don'?t|do not) need (?:you|help|any(?:one"
    r"|body)|a person|an agent|a human)"
    r"|(?:i )?(?:don'?t|do not) want to wait|i(?:'| wi)ll stop waiting|stop waiting"
    r"|cancel (?:the )?(?:request|queue|wait(?:ing)?|transfer)\b"
    r"|forget (?:it|about it)\b|all (?:good|sorted)(?: now)?\b|it(?:'s| is) (?:ok|okay|fine|solved"
    r"|sorted)(?: now| then)?[\s.!]*$)"
    r"|^\W*(?:那|还是|好吧|行吧|哦)?[\s,，]*(?:算了|不用了|没事了|不必了|不需要了|不等了|不转了|别转了"
    r"|取消排队|不排了|不用等了)"
    r"|(?<!没)(?<!没有)(?<!未)(?:已经|我|自己)?(?:自己)?(?:找到|解决|搞定|弄好|查到"
    r"|知道怎么弄)了[\s,，。!！]*(?:谢谢|不用了|不用转了)?[\s。!！]*$"
    r"|(?:不用|不需要|别|不要)(?:再)?(?:等|排队|转(?:接)?(?:人工)?|人工|麻烦人工)了",
    re.IGNORECASE,
)


def asks_about_the_wait(text: str) -> bool:
    """Return whether a message of somebody who waits is about nothing but that."""
    text = fold(text).replace("’", "'")
    return len(text) <= LONGEST and bool(_ENGLISH.fullmatch(text) or _CHINESE.fullmatch(text))


def wants_no_person(text: str) -> bool:
    """Return whether somebody who waits says that they need not."""
    text = fold(text).replace("’", "'")
    short = len(text) <= LONGEST and word_count(text) <= MOST_WORDS
    return short and "?" not in text and bool(_DONE.search(text))
