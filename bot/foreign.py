"""A message in a language that nobody here speaks: by its script, or by its words where that is Latin."""

import re
from functools import cache
from pathlib import Path

import langdetect
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from bot.spelling import english_words

_OTHER_SCRIPT = re.compile(  # kana, Hangul, Cyrillic, Greek, Hebrew, Arabic, Devanagari, Thai
    r"[\u3040-\u30fa\u30fc-\u30ff\u1100-\u11ff\uac00-\ud7af\u0400-\u04ff\u0370-\u03ff\u0590-\u05ff\u0600-\u06ff"
    r"\u0900-\u097f\u0e00-\u0e7f]"
)
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"(?<![\w'’])[^\W\d_]{2,}(?!\w)")
_GREETING = re.compile(  # too short to be told otherwise
    r"\W*(?:hola|bonjour|bonsoir|salut|guten (?:tag|morgen|abend)|hallo|buen[oa]s (?:días|dias|tardes|noches)"
    r"|buongiorno|olá|ola|bom dia|gracias|merci|danke|xin chào|merhaba|selamat pagi)\W*",
    re.IGNORECASE,
)
_CHAT = frozenset(
    "pls plz ur hb ok okay thx ty gtg cn ta acc eta dont im ive cant wont".split()  # noqa: SIM905
)
_VOWEL = re.compile(r"[aeiouyà-åæè-ïò-öøù-ýăąęıőœūůűỳ]")
_STUTTER = re.compile(r"(.)\1\1")  # no language writes a letter three times
_OTHERS = ("fr", "de", "es", "it", "pt", "nl", "pl", "tr", "id", "vi", "sv", "da", "cs", "ro")
_COMMON = 6000  # of the most frequent English words; rarer ones are often another language's
_LEAST_WORDS = 3  # with fewer, a name or a typing error decides
_SURE = 0.9
_MOST_ENGLISH = 0.5  # share of English words up to which a message can be in another language
_MOST_WORDS = 0.75  # must be words that somebody could say
_OTHER_SHARE = 0.3  # of letters; fewer are a name or a face: ლ(╹◡╹ლ), ありがとう in a Chinese sentence


def is_foreign(text: str) -> bool:
    """Return whether a text is clearly neither English nor Chinese."""
    letters = len(_LETTER.findall(text))
    if letters and len(_OTHER_SCRIPT.findall(text)) >= max(2, _OTHER_SHARE * letters):
        return True
    if _GREETING.fullmatch(text):
        return True
    words = [w.lower() for w in _WORD.findall(text)]
    if _HAN.search(text) or len(words) < _LEAST_WORDS:
        return False
    if sum(map(_pronounceable, words)) < _MOST_WORDS * len(words):
        return False  # keys hit at random
    known = sum(w in _english() for w in words)
    return known <= _MOST_ENGLISH * len(words) and _probability_of_english(text) <= 1 - _SURE


def _pronounceable(word: str) -> bool:
    return bool(_VOWEL.search(word)) and not _STUTTER.search(word)


@cache
def _english() -> frozenset[str]:
    return _CHAT | frozenset(english_words()[:_COMMON])


@cache
def _detectors() -> DetectorFactory:
    folder = Path(langdetect.__file__).parent / "profiles"
    DetectorFactory.seed = 0  # unseeded it answers differently each time
    factory = DetectorFactory()
    factory.load_json_profile([(folder / code).read_text("utf-8") for code in ("en", *_OTHERS)])
    return factory


def _probability_of_english(text: str) -> float:
    detector = _detectors().create()
    detector.append(text.lower())
    try:
        return float(sum(p.prob for p in detector.get_probabilities() if p.lang == "en"))
    except LangDetectException:  # nothing it knows
        return 1.0
