"""English sentences that hold for everybody, and those about one customer's case (`house_rules.py`).

All patterns are of sentences in small letters. What is neither is taken for a customer's case.
"""

import re

_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_CASE = (  # what there is one of for each customer
    r"(?:parcel|package|order|courier|driver|engineer|technician|plumber|refund|item|outage|fault|payment"
    r"|transfer|repair|deliver(?:y|ies)|shipment|appointment|visit|claim|invoice|bill|balance|total"
    r"|replacement|call|reservation|booking|contract|plan|tariff|account|order|case|ticket|statement|credit"
    r"|discount|voucher|quote|slot|flight|pick-?up|collection|arrival|line|connection|internet|power|service"
    r"|network|server|app|site|website|table|meter|reading|stay)"
)
_EVENT = (
    r"(?:deliver(?:y|ies)|pick-?up|collection|appointment|visit|meeting|arrival|departure|flight|transfer"
    r"|refund"
    r"|payment|order|booking|reservation|table|call|callback|viewing|repair|installation|engineer|technician"
    r"|courier|driver|internet|power|service|network|power|gas|water)"
)
_UNIT = (
    r"(?:night|day|week|month|year|hour|minute|person|head|adult|child|guest|room|car|vehicle|bike|pet"
    r"|dog|cat"
    r"|animal|stay|visit|trip|journey|ride|item|piece|bag|box|parcel|order|kilo|kg|page|copy|load|wash|bottle"
    r"|glass|cup|bed|cot|key|card|lesson|class|session|ticket|seat|mile|km|use)"
)
_NO_SUBJECT = (  # what no sentence about things in general begins with
    r"(?:it|its|it's|that|that's|this|these|those|they|they're|the|there|there's|he|she|you|you're|your"
    r"|my|his|her"
    r"|their|we|we're|i|i'm|please|yes|no|not|in|on|at|from|for|to|by|with|after|before|until|till"
    r"|between|if|when"
    r"|once|as|and|but|or|so|then|everything|nothing|everyone|everybody|someone|somebody|something|one"
    r"|both|only"
    r"|just|also|maybe|perhaps|about|around|use|call|send|go|come|take|bring|order|ask|tell|press|dial"
    r"|choose|see"
    r"|look|click|pay|give|write|try|make|check|wait|let|what|which|who|where|how|why|sorry|thanks|thank"
    r"|sure|ok"
    r"|okay|done|booked|sent|changed|moved|noted)"
)
_POINTING = r"(?:it|its|that|this|these|those|they|them|the|your|you|my|his|her|their|we|i|if|when)"
_BARE_SUBJECT = (
    rf"(?:(?:an?|our|each|every|any|all|most) [\w'-]+|(?!{_NO_SUBJECT}(?![\w-]))[a-z][\w'-]*)"
    rf"(?: (?!{_POINTING}\b)[\w'./:-]+){{0,8}}?"
)
_STATES = (
    r"(?:is|are|costs?|starts?|begins?|ends?|opens?|closes?|runs?|lasts?|can|may|must|should|has to"
    r"|have to|need to"
    r"|needs to)"
)
_MAY = (
    r"(?:cancel|change|amend|check[ -]?(?:in|out)|reach|call|visit|return|exchange|park|leave|use|book"
    r"|stay|eat|swim"
    r"|withdraw|upgrade|downgrade|switch|cancelled|changed|amended|returned|exchanged|ordered|booked"
    r"|reserved|used"
    r"|reached|left)"
)

OWN_CASE = re.compile(
    r"\?|\b(?:today|tonight|tomorrow|yesterday|now|currently|at the moment|so far|(?<!if we )still"
    r"|already|yet|just"
    r"|this|these|those|last (?:night|week|month|year)|next (?:week|month)|i|i'[a-z]+|me|my|he|she|him"
    r"|her|his"
    r"|was|were|wasn't|had|did|didn't|has been|have been|hasn't|haven't|[a-z]+'ve|[a-z]+'d|you have|will"
    r"|won't"
    r"|[a-z]+'ll|going to|went|came|arrived|ordered|bought|spent|received|got|due|expected|scheduled|arranged"
    r"|planned|pending|outstanding|overdue|down|delayed|on (?:its|the|their) way|back (?:by|at|up|on|in|from)"
    r"|in your case|for you|to you|with you|owe|your own|total|would"
    r"|(?:is|are) booked (?:for|on|under|at|in)|the (?:price|fare|cost)|(?:train|flight|order|room) [0-9]+"
    r"|[a-z]{1,5}-?[0-9]{2,}[a-z]?)\b"
    r"|\b(?:is|are|[a-z]+'re|[a-z]+'s) (?!(?:during|evening|morning|parking)\b)[a-z]{3,}ing\b"
    r"|(?<!is )(?<!are )(?<!be )(?<!not )\b(?:paid|charged|booked|sent|moved|refunded|credited|debited"
    r"|deducted)\b"
    rf"|\byour (?:[\w-]+ ){{0,2}}{_CASE}\b(?! (?:number|confirmation|reference))"
    r"|(?:^|[,;:] |\band |\bbut )your (?:[\w-]+ ){1,4}?(?:is|are|costs?|comes?|has|starts?|ends?)\b"
    rf"|\b(?:the|that) (?:[\w-]+ )?{_CASE}\b|\bthe (?:price )?difference (?:is|of|comes)\b"
    r"|\b(?:for|of|in|on|about) that\b"
    r"|\byou(?:'re| are) (?:on|paying|at|booked|down|in)\b|\byou pay [^,.]* (?:a|per) (?:month|year)\b"
)
AMOUNT_AFTER = re.compile(
    rf" ?(?:\(?(?:per|each|every)\b|/|apiece\b|p\.?p\b|(?:for )?an? (?:[a-z]+ )?{_UNIT}\b|or (?:more|less)\b"
    r"|and (?:over|above|more|up)\b|for (?:each|every)\b)"
)
AMOUNT_BEFORE = re.compile(
    r"\b(?:(?:from|over|above|below|under|up to|at least|at most|more than|less than|minimum(?: of)?"
    r"|maximum(?: of)?|starts? at|starting at|usually|normally|generally|always|typically|on average) "
    r"(?:about |around )?)$"
)
AMOUNT_STATED = re.compile(  # "a taxi is about", "parking costs"
    rf"(?:^|[,;:] |\band |\bbut ){_BARE_SUBJECT} (?:costs?|is|are)(?: only| just| about| around| usually"
    r"| extra)*"
    r"(?: free|,| and| or)* $"
)
CHARGED_FOR = (
    re.compile(r"\bwe (?:charge|ask for|ask) (?:[\w ]+ )?$"),
    re.compile(r" (?:for an?|if|when|per)\b"),
)
TIME_STATED = re.compile(
    r"\b(?:daily|every (?:day|morning|evening|night|afternoon|week(?:day|end)?|[a-z]+day)|each (?:day|morning"
    r"|evening)|always|usually|normally|generally|as a rule|on (?:week|work|business|working )days?|weekdays"
    r"|(?:at|on) (?:the )?weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days|days a week|all year"
    r"|(?:public|bank) holidays)\b"
    rf"|\b{_WEEKDAY} ?(?:to|-|–|through|till|until) ?{_WEEKDAY}\b"
    r"|\b(?:the|one|a) (?:day|evening|night) (?:before|after|of|you|they)\b|\bon (?:the day of "
    r"|day of )?(?:arrival"
    r"|departure)\b|\b(?:the same|the next|same|next) (?:working |business )?day\b|\bat check-?(?:in|out)\b"
    r"|\b(?:is|are) (?:only |also )?(?:open|served|staffed|manned|available|collected|possible)\b"
    r"|(?<!we )(?<!you )\b(?:opens|closes)\b|\bopen\b[^.]*\bclose\b|\b(?:opening|office|visiting|quiet"
    r"|business|our)"
    r" hours\b|\bhours (?:are|of)\b"
)
TIME_SUBJECT = re.compile(
    rf"(?:^|[,;:] |\band |\bbut )(?!(?:our |an? |the )?{_EVENT}s?\b){_BARE_SUBJECT} {_STATES}\b[^;]*$"
)
TIME_ALLOWED = re.compile(
    rf"\b(?:can|may|must|should)(?: only| also| always)?(?: be)? {_MAY}\b(?!(?:(?![;:]).)*\b(?:it|them"
    r"|that)\b)[^;]*$"
)
TIME_OF_SUBJECT = (  # "staying until 14:00 costs"
    re.compile(
        r"(?:^|[,;:] |\band )(?:an?|every|each|[a-z]+ing)\b[^,;:]* (?:until|till|from|before|after|by"
        r"|between) $"
    ),
    re.compile(r"[^,;]* (?:costs?|is|are)\b"),
)
DAYS = re.compile(rf"\b{_WEEKDAY} ?(?:to|-|–|—|through|till|until|and|&|,) ?{_WEEKDAY}\b")
