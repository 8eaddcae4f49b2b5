"""Text → token ids: the base model's wordpieces, with Chinese characters and words among them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

MAX_TOKENS = 128
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
SHARED = [f"[HAN{n}]" for n in range(256)]  # rows that the characters without a row of their own share
_EVERY_HAN = [chr(code) for block in (range(0x3400, 0x4DC0), range(0x4E00, 0xA000)) for code in block]


def tokenizer_file(
    folder: Path, added: Sequence[str] = (), max_tokens: int = MAX_TOKENS, words: bool = True
) -> str:
    """Return the text of a `tokenizer.json`: the base model's in `folder`, `added` after its own tokens.

    A run of Chinese characters is cut into the longest added tokens from left to right, which needs each
    token twice, once as `##token`, with one id. `Tokenizer.save` would lose one of the two: write this text.
    Without `words`, Chinese is cut into characters. An added character takes the place of the base's own.
    """
    spec = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    spec["padding"] = None  # the file pads every text to 128 tokens
    spec["truncation"] = {
        "direction": "Right", "max_length": max_tokens, "strategy": "LongestFirst", "stride": 0
    }  # fmt: skip
    if added:
        _add(spec, added, words)
    return json.dumps(spec, ensure_ascii=False)


def open_tokenizer(
    folder: Path, added: Sequence[str] = (), max_tokens: int = MAX_TOKENS, words: bool = True
) -> Tokenizer:
    return Tokenizer.from_str(tokenizer_file(folder, added, max_tokens, words))


def _add(spec: dict, added: Sequence[str], words: bool) -> None:  # type: ignore[type-arg]
    vocab = spec["model"]["vocab"]
    first = len(vocab)
    ids = {token: first + n for n, token in enumerate(added)}
    shared = [ids[token] for token in SHARED if token in ids]
    if shared:
        ids |= {c: shared[ord(c) % len(shared)] for c in _EVERY_HAN if c not in ids}
    for token, number in ids.items():
        if HAN.fullmatch(token) and (words or len(token) == 1):
            vocab[f"##{token}"] = number
        if words or not HAN.fullmatch(token) or len(token) == 1:
            vocab[token] = number
    spec["normalizer"]["handle_chinese_chars"] = False  # it would put spaces between the characters
    spec["model"]["max_input_chars_per_word"] = 10_000  # a run of Chinese is one word
    han = {"type": "Split", "pattern": {"Regex": HAN.pattern}, "behavior": "Isolated", "invert": False}
    spec["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [han, spec["pre_tokenizer"]]}
