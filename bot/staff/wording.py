"""What the console says in English and Chinese: `wording/<page>.yaml`, and `wording/console.yaml` for all."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")


@cache
def _wording() -> dict[str, dict[str, Any]]:
    """Return for each file of wording its texts per language."""
    return {f.stem: yaml.safe_load(f.read_text("utf-8")) for f in sorted((HERE / "wording").glob("*.yaml"))}


def console_words(language: str) -> dict[str, dict[str, str]]:
    """Return for each page its words in a language, English where that is none of the console's."""
    spoken = language if language in LANGUAGES else "en"
    return {page: texts[spoken] for page, texts in _wording().items()}
