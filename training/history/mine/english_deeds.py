"""English wordings by which an agent speaks as one person (`deeds.py`); clauses come in small letters."""

import re

from training.history.mine.wordings import Wordings

_DID = (  # in the perfect and in the past
    r"cancell?ed|refunded|changed|moved|added|booked|rebooked|noted|(?:re)?sent|e-?mailed|mailed|texted"
    r"|updated|removed|corrected|fixed|reset|(?:un)?locked|(?:un)?blocked|(?:de)?activated|closed"
    r"|(?:re)?opened|escalated|forwarded|passed|transferred|credited|reserved|arranged|(?:re)?scheduled"
    r"|(?:re)?ordered|checked|looked (?:into|it up|this up|that up|in)|found|asked|informed|told"
    r"|contacted|called|phoned|applied|issued|processed|registered|extended|upgraded|downgraded|replaced"
    r"|shipped|dispatched|confirmed|submitted|filed|raised|logged|created|deleted|merged|split|waived"
    r"|reduced|adjusted|amended|made|put|set|sorted|handled|marked|flagged|attached|entered|switched"
    r"|released|stopped|paused|reported|located|received|verified|prepared|assigned|notified|resolved"
    r"|restarted|rebooted|tested|refreshed|charged|deducted|returned|approved|pulled|linked|swapped"
    r"|printed|posted|tracked|traced|recorded|renewed|reinstated|reversed|shared|had a look|had a word"
)
_DONE = rf"(?:{_DID}|spoken|taken|given|done|rung|seen|been (?:told|informed|asked|able))"
_PAST = rf"(?:{_DID}|spoke|took|gave|did|rang|saw)"
_STATE = (
    r"(?:cancell?ed|changed|noted|done|sorted|fixed|booked(?! for)|moved|updated|reserved|confirmed"
    r"|arranged|added|removed|reset|corrected|resolved|processed|registered|activated|unlocked|refunded"
    r"|sent|extended|all set|on (?:its|the) way|taken care of)"
)
_JUST = (
    r"(?: (?:just|now|already|also|both|all|gone ahead and|actually|quickly|successfully|manually"
    r"|personally))*"
)
_YOURS = r"(?:\b(?:you|your|yours|it|this|that|them|both|him|her)\b|[a-z]{2,5}-?\d{4,}|\[[a-z_]+\])"
_SUBJECT = (
    r"(?:your(?: [\w'-]+){1,4}?|it|that|this|everything|all|both|they|[a-z]{2,5}-?\d{4,}|(?:both|all"
    r"|the two)(?: [\w'-]+){1,3}?|(?:the|order|booking) (?:order|booking|reservation|refund|payment"
    r"|parcel|package|ticket|request|account|appointment|amount|money|fee|charge|night|cot|bed|room|table"
    r"|name|date|dates|address|number|code|item|change|claim|case|replacement|invoice))"
)
_ACT = (
    r"(?:cancel|refund|change|move|add|book|rebook|note|(?:re)?send|e-?mail|mail|text|update|remove"
    r"|correct|fix|reset|unlock|unblock|activate|deactivate|close|open|escalate|forward|pass|transfer"
    r"|credit|reserve|arrange|(?:re)?schedule|(?:re)?order|check|look|find out|speak|ask|inform|tell"
    r"|contact|call|phone|ring|apply|issue|process|register|extend|upgrade|replace|ship|dispatch|submit"
    r"|file|raise|log|create|delete|merge|waive|reduce|adjust|amend|make|put|take|set|give|do|sort|handle"
    r"|mark|flag|enter|switch|release|stop|report|locate|verify|prepare|notify|get|bring|come|see|connect"
    r"|chase|investigate|follow|keep|let you|be (?:with|in touch|back)|have|print|post|track|trace|record"
    r"|renew|swap|pop|go)"
)
_ACTING = (
    r"(?:cancelling|canceling|refunding|changing|moving|adding|booking|sending|e-?mailing|updating"
    r"|removing|fixing|resetting|escalating|forwarding|passing|transferring|putting|reserving|arranging"
    r"|ordering|checking|looking|asking|contacting|calling|issuing|processing|registering|raising"
    r"|creating|connecting|getting|chasing|investigating|doing)"
)
_SOON = (
    r"\b(?:right (?:away|now|over)|straight ?away|at once|immediately|now|shortly|soon"
    r"|as soon as (?:possible|we can)|asap|today|tonight|tomorrow|in a (?:few )?(?:moment|minute"
    r"|second)s?)\b"
)
_CALL = (
    r"(?:call|ring|phone|contact|text|e-?mail|get back to|be in touch|be with you|come (?:up|over|by"
    r"|round|to)|reach out|let you know|keep you (?:posted|updated|informed)|follow up)"
)

_REPORTED = re.compile(  # of one person, whatever else the sentence says
    rf"^i(?:'ve| have){_JUST} {_DONE}\b"
    r"|^i(?: was|'ve been| have been) able to\b"
    r"|^i(?:'ve| have) been (?:told|informed)\b"
    rf"|^i{_JUST} {_PAST}\b(?!ly)"
    rf"|^(?:have|just|have just) {_DONE}\b"
    rf"|^(?!put|set|split|reset){_DONE} (?:again|just now|now|already|for you|it|them|that"
    r"|(?:to|on|in|from|by) your)\b"
)

_BARE = re.compile(
    r"(?:(?:that's|that is|it's|it is|you're|you are|we're|there|ok|okay)? ?(?:all |both |now )*(?:done"
    r"|sorted|all set|cancell?ed|changed|noted|booked|added|fixed|updated|sent|removed|refunded|confirmed"
    r"|moved|reserved|corrected|reset|resolved|pulled|forwarded|escalated)(?: (?:for you|as requested"
    r"|as you asked|now|already|it|that|them|both|too|and done|free of charge))*)|(?:both "
    r"|all )?noted (?:on|in|for) .*\byour\b.*"
)

_OWN = re.compile(  # of one customer's case, unless a condition is named
    rf"^we(?:'ve| have)(?:n't| not)?{_JUST} {_DONE}\b(?=.*{_YOURS})"
    rf"|^we{_JUST} (?!put|set|split|reset|cut){_PAST}\b(?=.*{_YOURS})"
    rf"|^{_SUBJECT}(?:'s| is| are|'re) (?:now|already) (?:{_DONE}|{_STATE})\b"
    r"|^(?:an?|the|your) (?:[\w'-]+ ){1,3}?(?:is|are) on (?:its|the|their) way\b"
    rf"|^{_SUBJECT}(?:'s| is| are|'re)(?: all| both)* {_STATE}(?: for you| as requested| as you asked"
    r"| too| then)?$"
    rf"|^{_SUBJECT}(?:'s| is| are|'re)(?: all| both)* (?:noted|cancell?ed|changed|booked(?! for)|reserved"
    r"|updated) (?:on your|in your|under your|for you|without|free of)"
    rf"|^{_SUBJECT}(?: has| have|'ve|'s) been{_JUST} (?:{_DONE}|delivered|declined|lost|delayed|paid"
    r"|activated)\b"
    rf"|^{_SUBJECT}(?: was| were|'d been){_JUST} (?:{_DONE}|delivered|declined|lost|delayed|paid"
    r"|activated)\b"
    r"|^you(?:'re| are| have been|'ve been)(?: now| already| all)* (?:booked|registered|checked in"
    r"|refunded|rebooked|unsubscribed|upgraded|enrolled|moved|all set|charged|billed|sent|given|unlocked"
    r"|verified)\b"
)

_SINCE = re.compile(
    r"\b(?:always|never|since|for (?:years|decades|many|over|more than)|every (?:day|year|week|time)"
    r"|over the years|until further notice)\b"
)

_PROMISED = re.compile(
    r"^i(?:'ll| will|'m going to| am going to|'m about to)(?: (?:just|now|also|then|quickly|personally"
    r"|gladly|be able to))* (?!be (?:happy|glad|honest|pleased|delighted|sorry|sad)|need|say|explain"
    r"|admit|try(?!.*\byou\b.*\b(?:call|ring))|do my best|help|have to|be here|always|never|assume"
    r"|suggest|recommend|gladly help)\w"
    r"|^let me(?: just| quickly)? (?!know|explain|help|assure|say|tell you|remind)\w"
    rf"|^i(?:'m| am)(?: just| now| already)* {_ACTING}\b"
    rf"|^will (?!be){_ACT}\b"
    r"|^i(?: now| just| then| also| gladly)* (?!see|have|go|find out|do(?:$| (?:not|n't|understand"
    r"|apologi|indeed|have))|look forward|get (?:it|that)"
    rf"|follow\b(?! up)|take it|ask (?:you|for)|check out|set\b|put\b){_ACT}\b(?! that| the (?:problem"
    r"|point))"
    r"|^i(?: can| could|'d be happy to|'m happy to|'d gladly| would gladly)(?: also| gladly| certainly"
    r"| of course| just)* (?!see|tell|ask|have|go|do (?:that|it) (?:here|from)|find|give you (?:advice"
    r"|legal)|make (?:out|no)|keep|get|come|confirm|say)"
    rf"{_ACT}\b"
    r"|^(?:shall|should|may|can) i(?: just| also)? (?!have|ask|see|get|take your|call you"
    rf"|check that){_ACT}\b"
    r"|\b(?:like|want|prefer) me to\b"
    rf"|^(?:if you (?:like|want|wish)|with pleasure)?,? ?i(?:'d| would) {_ACT}\b"
)  # fmt: skip

_PROMISED_NOW = re.compile(  # a promise, unless a condition is named, which makes it a rule
    rf"^we(?:'ll| will)(?: (?:also|then|just|now))* {_CALL}\b"
    rf"|^we(?:'ll| will|'re| are)?(?: (?:also|then|just))* (?:{_ACT}|{_ACTING})\b.*{_SOON}"
    r"|^(?:someone|somebody|(?:a|my|our|one of our) colleagues?(?: [\w]+)?|a manager|my manager"
    r"|the manager|my team|they|he|she|the team)"
    rf"(?: from [\w ]+)?(?: will|'ll| is going to) {_CALL}\b"
)

_HUMAN = re.compile(
    r"\bi(?:'m| am) (?:a |an )?(?:real |actual |live )?(?:human|person)\b|\bi(?:'m| am) (?:not a"
    r"|no) (?:ro)?bot\b"
)

_LATIN_NAME = r"([A-Z][a-z'’]+(?: [A-Z][a-z'’]+)?)"
_NO_NAME = (
    r"(?![Aa]fraid|[Ss]orry|[Ss]ure|[Gg]lad|[Hh]appy|[Cc]ertain|[Nn]ot|[Dd]elighted|[Pp]leased|The|Your"
    r"|Our|It|You|We|In|A )"
)
_NAMES = (
    re.compile(rf"(?:[Mm]y name is|[Mm]y name's|[Tt]his is|You(?:'re| are) (?:speaking|chatting"
               rf"|talking) (?:to|with)) {_NO_NAME}"
               rf"{_LATIN_NAME}(?=[.,!]|$| from| at| speaking| here| and I)"),
    re.compile(rf"(?:(?<=^)|(?<=[.!,] ))I(?:'|’| a)m {_NO_NAME}{_LATIN_NAME}(?= from| at|, your| and I)"),
    re.compile(rf"(?:(?<=^)|(?<=[.!] )){_NO_NAME}{_LATIN_NAME} here(?=[.,!]|$| from)"),
    re.compile(rf"(?:[Mm]y|[Oo]ur|[Aa]) (?:colleague|manager|supervisor|boss|teammate),? {_LATIN_NAME}"),
    re.compile(rf"[Aa]sk for {_NO_NAME}{_LATIN_NAME}(?=[.,!]|$| at| in| when)"),
)  # fmt: skip

ENGLISH = Wordings(
    reported=_REPORTED,
    bare=_BARE,
    own=_OWN,
    since=_SINCE,
    promised=_PROMISED,
    promised_now=_PROMISED_NOW,
    human=_HUMAN,
    names=_NAMES,
)
