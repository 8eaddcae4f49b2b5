"""Dates in a message, absolute and relative, in English and Chinese.

Readings of what people leave open: 5/3/2026 is 5 March, unless the second number can be no month; a day
without a year or month is the last one, unless the next is twice as near, and always the next one after "by",
"before", "until", 前; a weekday without a marker is the last one; "last week" and "上周" are its Monday,
"last month" its first day; "next Friday" and "下周五" belong to next calendar week. Not covered: 5/3
without a year, lunar dates, spelled-out English ordinals ("the second of May"), quarters, weekends.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache, lru_cache

import opencc

from bot.turn import Entity

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], date]]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = {
    "a": 1, "an": 1, "couple": 2, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "幺": 1}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_OFFSETS = {  # days from today
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "yesterday": -1, "last night": -1, "day before yesterday": -2, "the day before yesterday": -2,
    "tomorrow": 1, "tmr": 1, "tmrw": 1, "day after tomorrow": 2, "the day after tomorrow": 2,
    "今天": 0, "今日": 0, "今早": 0, "今晚": 0, "今晨": 0, "今儿": 0,
    "昨天": -1, "昨日": -1, "昨晚": -1, "昨儿": -1, "昨早": -1, "前天": -2, "前日": -2, "前晚": -2,
    "大前天": -3, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "明儿": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_FEASTS = {  # month, day
    "christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26), "new year's eve": (12, 31),
    "new year's day": (1, 1), "valentine's day": (2, 14), "singles' day": (11, 11), "singles day": (11, 11),
    "双11": (11, 11), "双十一": (11, 11), "双12": (12, 12), "双十二": (12, 12), "平安夜": (12, 24),
    "圣诞节": (12, 25), "元旦": (1, 1), "国庆节": (10, 1), "情人节": (2, 14), "妇女节": (3, 8),
    "劳动节": (5, 1),
}  # fmt: skip
_UNITS = {  # days, months
    "minute": (0, 0), "min": (0, 0), "hour": (0, 0), "hr": (0, 0), "day": (1, 0), "week": (7, 0),
    "wk": (7, 0), "fortnight": (14, 0), "month": (0, 1), "year": (0, 12), "yr": (0, 12),
    "分钟": (0, 0), "小时": (0, 0), "天": (1, 0), "星期": (7, 0), "礼拜": (7, 0), "周": (7, 0), "月": (0, 1),
    "年": (0, 12),
}  # fmt: skip

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![a-z0-9%]|[.:]\d)"
_YEAR = r"(?:,? (?P<year>20\d\d)(?!\d))?"
_UNTIL = r"(?:(?P<until>by|before|until|till|til|deadline) )?"
_LONG_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|tues?|weds|thur?s?|fri|mon"
_ANY_DAY = _LONG_DAY + "|wed|sat|sun"  # those three are also words, and need a marker
_HAN = "[零〇一二三四五六七八九十]"
_HAN_DAY = r"(?P<day>\d{1,2}|" + _HAN + r"{1,3})"
_COUNT = r"(?P<n>\d{1,3}|半|[零一二两俩三四五六七八九十百]{1,4})"
_HAN_UNTIL = "(?P<until>之前|以前|前)?"


def find_dates(text: str, today: date) -> list[Entity]:
    """Return the dates named in `text`, values in ISO 8601, in order and without overlaps."""
    flat = level(text)
    found = []
    for pattern, read in _rules():
        for m in pattern.finditer(flat):
            try:
                value = read(m, today).isoformat()
            except (ValueError, OverflowError):  # 31 February, or a year that dates don't reach
                continue
            found.append(Entity("date", text[m.start() : m.end()], value, m.start(), m.end()))
    return longest(found)


def longest(entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities in order; of those that overlap the longest, of equally long ones the first."""
    kept: list[Entity] = []
    for e in sorted(entities, key=lambda e: e.start - e.end):
        if all(e.end <= k.start or k.end <= e.start for k in kept):
            kept.append(e)
    return sorted(kept, key=lambda e: e.start)


def level(text: str) -> str:
    """Return `text` half-width, lower-case and in simplified characters, with the same length.

    Unlike `fold` it goes character by character, so that offsets in the result are offsets in `text`.
    """
    return text.lower() if text.isascii() else "".join(map(_level, text))


def read_number(text: str) -> int:
    """Return the number that digits, an English word or Chinese numerals say; raises ValueError on others."""
    if text.isdecimal():
        return int(text)
    if not all(c in _HAN_DIGITS or c in _HAN_UNITS for c in text):
        parts = [_WORDS.get(word) for word in re.split(r"[ -]", text)]
        if None in parts or not parts:
            raise ValueError(f"{text!r} is no number that is known here")
        return sum(part for part in parts if part)
    total = section = digit = 0
    last = 1  # the unit before, because 三百五 is 350
    for c in text:
        if c in _HAN_DIGITS:
            digit = _HAN_DIGITS[c]
            last = 1 if digit == 0 else last
        elif c == "万":
            total, section, digit, last = (total + section + digit) * 10000, 0, 0, 10000
        else:
            last = _HAN_UNITS[c]
            section, digit = section + (digit or 1) * last, 0
    return total + section + digit * (last // 10 if last >= 100 else 1)


@lru_cache(16384)
def _level(char: str) -> str:
    for step in (lambda c: unicodedata.normalize("NFKC", c), str.lower, _digit, _to_simplified().convert):
        changed = step(char)
        char = changed if len(changed) == 1 else char
    return char


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char, char))


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _nearest(candidates: Iterable[date | None], today: date, until: bool) -> date:
    """Return the nearest candidate, a future one if it is twice as near; with `until` the first not past."""
    dates = [d for d in candidates if d and (not until or d >= today)]
    if not dates:
        raise ValueError("no such day")
    return min(dates, key=lambda d: max((today - d).days, 2 * (d - today).days))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year_month_day(m: re.Match[str], _: date) -> date:
    return date(int(m["year"]), int(m["month"]), int(m["day"]))


def _month_day(m: re.Match[str], today: date) -> date:
    word = m["month"]
    month = _MONTHS.index(word[:3]) + 1 if word[0].isascii() and word.isalpha() else read_number(word)
    if m["year"]:
        return date(int(m["year"]), month, read_number(m["day"]))
    return _same_day(today, month, read_number(m["day"]), bool(m["until"]))


def _feast(m: re.Match[str], today: date) -> date:
    return _same_day(today, *_FEASTS[m[0]], until=False)


def _same_day(today: date, month: int, day: int, until: bool) -> date:
    return _nearest((_date(today.year + y, month, day) for y in (-1, 0, 1)), today, until)


def _day_of_month(m: re.Match[str], today: date) -> date:
    months = (divmod(today.year * 12 + today.month - 1 + n, 12) for n in (-2, -1, 0, 1, 2))
    day = read_number(m["day"])
    return _nearest((_date(y, month + 1, day) for y, month in months), today, bool(m["until"]))


def _shift(today: date, days: int, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(today.day, last)) + timedelta(days=days)


def _ago(m: re.Match[str], today: date) -> date:
    return _counted(m, today, -1)


def _ahead(m: re.Match[str], today: date) -> date:
    return _counted(m, today, 1)


def _counted(m: re.Match[str], today: date, sign: int) -> date:
    days, months = _UNITS[m["unit"]]
    n = 0.5 if m["n"] == "半" else read_number(m["n"])
    return _shift(today, sign * round(n * days + n * months % 1 * 30), sign * int(n * months))


def _weekday(day: int, which: str, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if which in ("this", "next", "previous"):
        return monday + timedelta(days=day + {"this": 0, "next": 7, "previous": -7}[which])
    ahead = (day - today.weekday()) % 7
    return today + timedelta(days=ahead if which == "coming" else ahead - 7)


def _english_weekday(m: re.Match[str], today: date) -> date:
    marker = (m["marker"] or "").strip()
    which = {"this": "this", "next": "next"}.get(marker, "last")
    if marker in ("by", "before", "until", "till", "til", "coming", "for"):
        which = "coming"
    return _weekday(_DAYS.index(m["weekday"][:3]), which, today)


def _chinese_weekday(m: re.Match[str], today: date) -> date:
    which = {"上": "previous", "下": "next", "这": "this", "本": "this"}.get((m["marker"] or "")[:1], "last")
    day = "一二三四五六日天".index(m["weekday"])
    return _weekday(min(day, 6), "coming" if which == "last" and m["until"] else which, today)


def _week_or_month(m: re.Match[str], today: date) -> date:
    sign = -1 if m["which"][0] in "lp上" else 1
    if m["unit"] in ("month", "月"):
        return _shift(today.replace(day=1), 0, sign)
    return _weekday(0, "previous" if sign < 0 else "next", today)


def _numbers(m: re.Match[str], _: date) -> date:
    a, b, year = int(m["a"]), int(m["b"]), int(m["year"])
    day, month = (b, a) if b > 12 else (a, b)
    return date(year + 2000 if year < 100 else year, month, day)


def _choice(words: Iterable[str]) -> str:
    latin = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True) if w.isascii())
    han = "|".join(sorted((w for w in words if not w.isascii()), key=len, reverse=True))
    return rf"(?<![a-z])(?:{latin})(?![a-z])|{han}"


@cache
def _rules() -> tuple[Rule, ...]:
    unit = rf"(?P<unit>{'|'.join(sorted((u for u in _UNITS if u.isascii()), key=len, reverse=True))})s?"
    some = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?: of)?"
    not_after_number = rf"(?<![\d.第{_HAN[1:-1]}])"
    rules: tuple[tuple[Callable[[re.Match[str], date], date], str], ...] = (
        # 2026-03-05, 2026/3/5, 2026年3月5日, 20260305
        (_year_month_day, (r"(?<!\d)(?P<year>20\d\d|19\d\d) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?"
                          r"(?P<day>\d{1,2})(?!\d)[日号]?")),
        (_year_month_day, r"(?<![\da-z])(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?![\da-z])"),
        # 5/3/2026, 05.03.26
        (_numbers, (r"(?<![\d/.-])(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<year>20\d\d|\d\d)"
                   r"(?![\d/-]|\.\d)")),
        # 5 March, 5th of March 2026, March 5th, 3月5号, 十一月二十日
        (_month_day, rf"{_UNTIL}(?<![a-z0-9.]){_DAY}(?: of)? {_MONTH}{_YEAR}"),
        (_month_day, rf"{_UNTIL}(?<![a-z]){_MONTH} (?:the )?{_DAY}{_YEAR}"),
        (_month_day, (rf"(?:(?P<year>20\d\d) ?年 ?)?(?<!\d)(?P<month>\d{{1,2}}|{_HAN}{{1,2}}) ?月 ?(?:份 ?)?"
                     rf"{_HAN_DAY} ?[号日](?!内){_HAN_UNTIL}")),
        # on the 6th; not "on the 2nd floor"
        (_day_of_month, (r"(?<![a-z])(?:(?P<until>by|before|until|till|til)|on|since|from|after) the "
                        r"(?P<day>\d{1,2})(?:st|nd|rd|th)(?= ?(?:[.,;:!?)]|$|(?:and|but|at|for|from|to|or|we"
                        r"|i|with|is|was|it|in|so|then|please|pls)(?![a-z])))")),
        # 23号; 号 is also a house, a shoe size, a metro line …
        (_day_of_month, (rf"(?<![\d月第小大中型账帐编{_HAN[1:-1]}]){_HAN_DAY} ?号"
                        rf"(?![楼线店码门院房厅桌仓柜库机口字产型球馆街路段铺会壶栋座])"
                        rf"{_HAN_UNTIL}")),
        (_day_of_month, r"(?<![\d月\-–~到至])(?P<day>\d{1,2})日(?![内前后元用常游子])(?P<until>)"),
        (lambda m, today: today + timedelta(days=_OFFSETS[m[0]]), _choice(_OFFSETS)),
        (_feast, _choice(_FEASTS)),
        # 3 days ago, in a couple of weeks, two days from now
        (_ago, rf"(?<![a-z0-9.]){some} ?{unit} (?:ago|back)(?![a-z])"),
        (_ahead, rf"(?<![a-z])in {some} {unit}(?: time)?(?![a-z])(?!['’])"),
        (_ahead, rf"(?<![a-z0-9.]){some} {unit} from (?:now|today)(?![a-z])"),
        # 三天前, 半年前, 两个礼拜后; not "用了两天后坏了", which counts from another day
        (_ago, (rf"{not_after_number}{_COUNT} ?个?(?P<unit>分钟|小时|天|星期|礼拜|周|月|年)"
               "(?:之前|以前|前)")),
        (_ahead, (rf"{not_after_number}(?<![了过]){_COUNT} ?个?(?P<unit>小时|天|星期|礼拜|周|月)"
                 "(?:之后|以后|后)")),
        (_week_or_month, r"(?<![a-z])(?P<which>last|previous|next) (?P<unit>week|month)(?![a-z])"),
        (_week_or_month, r"(?P<which>上|下)个?(?P<unit>周|星期|礼拜|月)(?![一二三四五六日天末])"),
        # last Tuesday, by Friday, Friday; not "every Friday", "Fridays", "a Sunday"
        (_english_weekday, (r"(?<![a-z])(?P<marker>last|past|this|next|coming|by|before|until|till|til|for|on"
                           rf"|since) (?P<weekday>{_ANY_DAY})(?![a-z])")),
        (_english_weekday, (r"(?<!every )(?<!each )(?<!\ba )(?<![a-z])(?P<marker>)"
                           rf"(?P<weekday>{_LONG_DAY})(?![a-z])")),
        (_chinese_weekday, (r"(?P<marker>[上下这本]个?)?(?<![每逢一二两三四五六七八九十几半整\d])"
                           rf"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]){_HAN_UNTIL}")),
    )  # fmt: skip
    return tuple((re.compile(pattern), read) for read, pattern in rules)
