"""What `deeds.py` looks for in a clause, in one language."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Wordings:
    """Patterns of clauses in small letters, but `names`, which are of a whole text as it was written."""

    reported: re.Pattern[str]  # done by one person, whatever else the sentence says: "I have cancelled it"
    bare: re.Pattern[str]  # the whole of such a clause: "all done"
    own: re.Pattern[str]  # of one customer's case, unless a condition is named: "your order was sent"
    promised: re.Pattern[str]  # by one person: "I'll call you"
    promised_now: re.Pattern[str]  # by the house, unless a condition makes it a rule: "we move you at once"
    since: re.Pattern[str]  # what has been so for long is a rule
    human: re.Pattern[str]  # "I'm a real person"
    names: tuple[re.Pattern[str], ...]  # of staff, each the first group
    anybody: re.Pattern[str] | None = None  # of any order, although it is like `own`: "已取消的订单"
