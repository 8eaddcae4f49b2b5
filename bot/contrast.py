"""Not this but that: the part of a message that says what is wanted, where another part says what is not.

Not covered: what is not wanted said last ("I want my money, not a voucher"), and denials without a wish after
them ("I don't want to return it").
"""

import re

_SOFTLY = r"(?: just| only| really| actually| rather)*"
_WISH = (  # what begins a wish even without a comma before it
    rf"(?:(?:i|we)(?:['’]?d| would)?{_SOFTLY} (?:want|wanna|need|like|prefer|ask|mean)\b"
    rf"|(?:i|we)(?:['’]?m| am|['’]?re| are){_SOFTLY} (?:asking|after|looking|trying|calling|wondering)\b"
    r"|(?:it|this)(?:['’]?s| is) (?:about|for)\b|just (?:need|want|wanna|asking|looking|wondering|trying)\b)"
)
_ASK = (  # what begins one after a comma
    r"(?:just|only|rather|instead|please|can|could|will|would|how|what|when|where|which|who|tell|let|give|send)\b"
)
_DENIED = (
    r"\b(?:(?:i|we) (?:do not|don['’]?t|did not|didn['’]?t)(?: really| actually)?"
    r" (?:want|wanna|need|mean|ask|plan|intend)"
    r"|(?:i|we)(?:['’]?m| am|['’]?re| are) not (?:asking|after|looking|trying|calling|wanting|here|talking)"
    r"|(?:it|this)(?:['’]?s| is) not (?:about|for)|not (?:asking|looking|trying|about|here))\b"
)
_MATTER = (  # what alone can be denied in one word: "not happy, refund please" denies no wish
    r"(?:cancel|cancelling|canceling|cancellation|return|returning|refund|refunding|exchange|exchanging|swap"
    r"|track|tracking|change|changing|repair|invoice|receipt|complaint|address|password|account|delivery|size"
    r"|colour|color|payment|order|ordering|voucher|discount|warranty|stock)"
)
_NOT_BUT = (
    re.compile(  # I don't want to return it, I want to know where it is
        rf"{_DENIED}[^.!?;\n]{{2,60}}?"
        rf"(?:[\s,]+but (?:rather )?(?P<but>.{{5,}})"
        rf"|(?:[,.;:!\n\s]|\s[-–—])+(?:and |so )?(?P<wish>{_WISH}.{{4,}})"
        rf"|(?<=\b)(?:,|\s[-–—])\s*(?P<ask>{_ASK}.{{4,}}))",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(  # not cancel, return
        rf"^\W*(?:no[\s,]+)?not (?:to |a |an |the |my |for )?{_MATTER}(?: it| them| (?:my |the )?order)?"
        r"\s*[,;.:–—-]+\s*(?:but |just |i (?:want|need|mean)(?: to| a)? |rather )?(?P<wish>.{3,})",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(  # not a refund but an exchange
        r"^\W*(?:(?:i|we) (?:want|need|would like)[ ,]+)?not (?:to |a |an |the |my )"
        r"[^.,!?;\n]{2,40}?[\s,]+but (?P<but>.{5,})",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(  # 不是要退货，是想问什么时候到
        r"^(?:(?:你好|您好|在吗|亲|那个)[\s，,。！!?？]*)?(?:我|咱|这|这个|我这)?(?:并)?"
        r"(?:不是(?:要|想|来|说|问|在问|为了|(?=[退换取改查修][^了吗，。,.\s]{1,8}[，。,.\s]))|没有?(?:说)?(?:要|想(?!到)|打算)|不(?:想|要|打算|需要)|不用|别|不(?=[退换取催问开查改]))"
        r"(?!要?了)[^，。,.!！?？；;\s]{1,10}[，。,.!！；;\s]+"
        r"(?:而?是|就是|只是|我?(?=[就只想要问])|(?=[退换取催开查改]))(?P<wish>.{2,})",
        re.DOTALL,
    ),
)


def wished(text: str) -> str:
    """Return the text without the "not this" of "not this but that"; the whole text where it has none."""
    for pattern in _NOT_BUT:
        if found := pattern.search(text):
            wish = next(part for part in found.groups() if part).strip()
            return text[: found.start()] + _with_the_thing(found[0].removesuffix(wish), wish)
    return text


def _with_the_thing(denied: str, wish: str) -> str:
    """Return the wish with the order that only the denial names: 不是取消订单，是想改地址."""
    if "订单" in denied and not re.search(r"单|单号", wish):
        return f"订单{wish}"
    return wish
