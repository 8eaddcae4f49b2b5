"""Words of a message that ask nothing: greetings, thanks, yes and no; and what stands for personal data."""

import re

MASKED = re.compile(r"\[[a-z_]+\]")
PLEASANT = re.compile(
    r"\b(?:hi|hey|hello|hiya|howdy|good (?:morning|afternoon|evening|day|night)|morning|afternoon"
    r"|evening|dear"
    r"|sir|madam|team|all|everyone|anyone there|anybody there|is (?:any(?:one|body)|someone) (?:there"
    r"|here)|you there"
    r"|thanks?|thank you|thx|ty|cheers|ta|much appreciated|appreciated?|you(?:'?re| are| have been"
    r"|'ve been)?"
    r"|(?:a )?(?:legend|star|gem|angel|life ?saver)|so|very|much|again|a lot|lots|loads|many"
    r"|for (?:that|this"
    r"|(?:your|the|all the) (?:help|time|patience|reply|answer|info))|bye+|goodbye|see (?:you|ya)"
    r"|take care|later"
    r"|have a (?:nice|good|great|lovely) (?:day|one|evening|weekend|time)|that(?:'?s| is)? (?:all|it"
    r"|great|perfect"
    r"|fine|good|clear|helpful|everything)|ok(?:ay)?|k|yes|yeah|yep|no|nope|sure|fine|great|perfect"
    r"|brilliant|lovely"
    r"|awesome|cool|nice|good|super|excellent|wonderful|amazing|got it|i see|understood|right|alright"
    r"|will do|noted"
    r"|and|then|well|oh|ah|please|now|just|for now|i(?:'?m| am)|there|the)\b"
    r"|你们?好呀?|您好|哈喽|哈囉|嗨|早上好|上午好|下午好|晚上好|早安|晚安|在吗|在嗎|在不在|有人[吗嗎在]?|亲|客服|小姐姐|小哥哥"
    r"|谢谢|謝謝|多谢|感谢|感謝|辛苦了?|麻烦了?|麻烦你们?|非常|十分|太|了|啦|你们?|您|再见|再見|拜拜|拜|回头见|祝|顺利|愉快"
    r"|生活|工作|好的?|好嘞|行|可以|嗯+|哦+|噢|喔|知道|明白|懂|收到|清楚|没事|没问题|不用|没有|是的?|对的?|那|就|这样|先|呀|啊|哈+|呢|吧|的",
    re.IGNORECASE,
)
