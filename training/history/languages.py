"""Which language a conversation is in: what its source calls it, or else what its words say."""

from functools import cache

from bot.foreign import is_foreign
from bot.language import LanguageStep

LANGUAGES = ("en", "zh")  # those that the product's own sentences exist in
_CALLED = {
    "en": "en eng english 英文 英语 英語",
    "zh": "zh cn chs cht chi zho chinese mandarin cantonese 中文 汉语 漢語 简体 繁体 简体中文 繁體中文",
}
_CODE = {name: code for code, names in _CALLED.items() for name in names.split()}
ENOUGH = 2000  # characters by which a language is told
LEAST_WORDS = 4  # fewer English ones are a name in a Chinese message


def language_called(name: str) -> str | None:
    """Return the code of a language by its name or tag: zh-Hans-CN, 中文, English; None for others."""
    name = name.strip().lower()
    return _CODE.get(name) or _CODE.get(name.replace("_", "-").split("-")[0])


def language_of(text: str, languages: tuple[str, ...]) -> str | None:
    """Return which of the languages a text is in, None where it is clearly in another one."""
    text = text[:ENOUGH]
    if is_foreign(text):
        return None
    found = _step().language_of(text, languages[0])
    if found in languages:
        return found
    return None if found == "zh" or len(text.split()) >= LEAST_WORDS else languages[0]


@cache
def _step() -> LanguageStep:
    return LanguageStep(LANGUAGES)
