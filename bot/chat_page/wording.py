"""What the page says in the language that its visitor chose; answers follow the messages instead."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import opencc
import yaml

LANGUAGES = {"en": "en", "zh-Hans": "zh", "zh-Hant": "zh"}  # page language: the desk's language behind it
TRADITIONAL_PLACES = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")
HANT_LABEL = "繁"

_TO_TRADITIONAL = opencc.OpenCC("s2t")
_TO_SIMPLIFIED = opencc.OpenCC("t2s")
_WORDS: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "wording.yaml").read_text("utf-8")
)


def page_languages(desk_languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages that the page can be read in; English where the desk speaks none of them."""
    return tuple(page for page, spoken in LANGUAGES.items() if spoken in desk_languages) or ("en",)


def wanted_language(accept: str, languages: Sequence[str]) -> str:
    """Return the page language that an Accept-Language header asks for, else the first."""
    for tag in _by_preference(accept):
        if tag.startswith("zh"):
            page = "zh-Hant" if tag.startswith(TRADITIONAL_PLACES) else "zh-Hans"
        else:
            page = tag.split("-")[0]
        if page in languages:
            return page
    return languages[0]


def words(language: str) -> dict[str, str]:
    """Return all wording of the page in one of its languages."""
    found = {name: in_script(text, language) for name, text in _WORDS[LANGUAGES[language]].items()}
    return {**found, "label": HANT_LABEL} if language == "zh-Hant" else found


def spoken(texts: Mapping[str, str], language: str) -> str:
    """Return one of the desk's texts for a page language; its first where it has none in that language."""
    return in_script(texts.get(LANGUAGES[language]) or next(iter(texts.values())), language)


def in_script(text: str, language: str) -> str:
    return _TO_TRADITIONAL.convert(text) if language == "zh-Hant" else text


def written_in(text: str, language: str) -> str:
    """Return the page language that a text of the desk's `language` is written in, script included."""
    if language != "zh":
        return language
    return "zh-Hant" if _TO_SIMPLIFIED.convert(text) != text else "zh-Hans"


def _by_preference(accept: str) -> list[str]:
    """Return the tags of an Accept-Language header in lower case, most wanted first."""
    weighed: list[tuple[float, str]] = []
    for part in accept.lower().split(","):
        tag, _, quality = part.partition(";q=")
        try:
            weighed.append((float(quality or 1), tag.strip()))
        except ValueError:  # not a header that a browser sends
            continue
    return [tag for _, tag in sorted(weighed, key=lambda w: -w[0])]
