"""Which language the customer writes: the script first, langdetect only where the script leaves it open."""

import re
from collections.abc import Sequence
from pathlib import Path

import langdetect
import opencc
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from bot.foreign import is_foreign
from bot.turn import Turn

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_NO_LANGUAGE = re.compile(  # order numbers, addresses and words that every language uses
    r"(?<!\S)\S+@\S+|https?://\S+|\b[a-z]{1,6}[-#]?\d{3,}(?:-?\d+)*\b|\b(?:[a-z]{2}(?=[\s#-]*\d{5}))?[\s#-]*\d[\d-]*\b|\b(?:ok|okay|app|vip|paypal|wechat|visa|usb)\b",
    re.IGNORECASE,
)
_PROFILES = {"zh": "zh-cn"}  # langdetect's own name where it differs
FAMILIAR = 0.35  # added to langdetect's probability for the conversation's language so far


class LanguageStep:
    """Fills `language` and `script`; a text too short to tell keeps the conversation's."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)
        self._codes = {_PROFILES.get(language, language): language for language in languages}
        self._detectors = _detectors(tuple(self._codes)) if len(languages) > 1 else None
        self._to_simplified = opencc.OpenCC("t2s")
        self._to_traditional = opencc.OpenCC("s2t")

    def __call__(self, turn: Turn) -> Turn:
        turn.language = self.language_of(turn.raw, turn.memory.language)
        turn.script = self.script_of(turn.raw, turn.language, turn.memory.script)
        turn.foreign = is_foreign(_NO_LANGUAGE.sub(" ", turn.raw))
        turn.memory.language, turn.memory.script = turn.language, turn.script
        return turn

    def language_of(self, text: str, before: str | None = None) -> str:
        """Return one of the desk's languages; `before` is the conversation's so far."""
        text = _NO_LANGUAGE.sub(" ", text)
        # a Chinese word has one or two characters: "我的 order 到哪了" is Chinese
        words = {"zh": len(_HAN.findall(text)) / 1.5, "": float(len(_LATIN_WORD.findall(text)))}
        likely = [code for code in self._languages if words["zh" if code == "zh" else ""] > 0]
        if not likely:
            return before or self._languages[0]
        if "zh" in likely and words["zh"] >= words[""]:  # English words in a Chinese sentence are common
            return "zh"
        if "zh" in likely and words[""] >= 2 * words["zh"]:
            likely.remove("zh")
        return likely[0] if len(likely) == 1 else self._ask_langdetect(text, likely, before)

    def script_of(self, text: str, language: str, before: str | None = None) -> str:
        """Return Latn, Hans or Hant; characters common to both Chinese scripts keep the script so far."""
        if language != "zh":
            return "Latn"
        text = text.encode("utf-8", "ignore").decode()  # OpenCC takes no halves of characters
        if self._to_simplified.convert(text) != text:
            return "Hant"
        if self._to_traditional.convert(text) != text:
            return "Hans"
        return before if before in ("Hans", "Hant") else "Hans"

    def _ask_langdetect(self, text: str, likely: Sequence[str], before: str | None) -> str:
        assert self._detectors is not None  # with one language nothing is left open
        detector = self._detectors.create()
        detector.append(text)
        try:
            found = {self._codes[p.lang]: p.prob for p in detector.get_probabilities()}
        except LangDetectException:  # nothing it knows
            found = {}
        return max(likely, key=lambda code: found.get(code, 0.0) + FAMILIAR * (code == before))


def _detectors(codes: Sequence[str]) -> DetectorFactory:
    """Return langdetect with no other languages than the desk's, which makes it right more often."""
    folder = Path(langdetect.__file__).parent / "profiles"
    DetectorFactory.seed = 0  # unseeded it answers differently each time
    factory = DetectorFactory()
    factory.load_json_profile([(folder / code).read_text("utf-8") for code in codes])
    return factory
