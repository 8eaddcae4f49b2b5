"""Chinese characters and words among the base model's wordpieces."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from retrieval.bundled_encoder import added_tokens, base_model_folder
from retrieval.wordpieces import MAX_TOKENS, SHARED, open_tokenizer, tokenizer_file

ADDED = ["我", "想", "退", "款", "退款", "手机", "…", *SHARED]


@pytest.fixture(scope="module")
def base() -> Tokenizer:
    return open_tokenizer(base_model_folder())


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return open_tokenizer(base_model_folder(), ADDED)


def pieces(tokenizer: Tokenizer, base: Tokenizer, text: str) -> list[str]:
    """Return the tokens between the marks: added ones by their name, the base's by theirs."""
    size = base.get_vocab_size()
    return [ADDED[i - size] if i >= size else base.id_to_token(i) for i in tokenizer.encode(text).ids[1:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我想退款", ["我", "想", "退款"]),
        ("想退", ["想", "退"]),
        ("iPhone手机ok", ["iphone", "手机", "ok"]),
        ("手机iPhone", ["手机", "iphone"]),
        ("退款，退款…", ["退款", "，", "退款", "…"]),
        ("I want a refund", ["i", "want", "a", "ref", "##und"]),
    ],
)
def test_the_longest_added_token_is_taken_from_left_to_right(
    text: str, expected: list[str], tokenizer: Tokenizer, base: Tokenizer
) -> None:
    assert pieces(tokenizer, base, text) == expected


def test_without_words_chinese_is_cut_into_characters(base: Tokenizer) -> None:
    spelling = open_tokenizer(base_model_folder(), ADDED, words=False)
    assert pieces(spelling, base, "我想退款 手机")[:4] == ["我", "想", "退", "款"]


def test_a_character_without_a_row_shares_one_and_spoils_nothing(
    tokenizer: Tokenizer, base: Tokenizer
) -> None:
    shared = SHARED[ord("囧") % len(SHARED)]
    assert pieces(tokenizer, base, "我囧退款") == ["我", shared, "退款"]


@pytest.mark.parametrize("text", ["Where is my order HB-2048817?", "café ☕", "x" * 99, "don't", "a/b_c"])
def test_english_is_cut_as_the_base_model_cuts_it(text: str, tokenizer: Tokenizer, base: Tokenizer) -> None:
    assert tokenizer.encode(text).ids == base.encode(text).ids


def test_what_is_written_to_a_file_is_read_back_whole(tokenizer: Tokenizer, tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(tokenizer_file(base_model_folder(), ADDED), "utf-8")
    text = "我想退款iPhone手机囧"
    assert Tokenizer.from_file(str(file)).encode(text).ids == tokenizer.encode(text).ids


def test_added_tokens_have_the_ids_after_the_base() -> None:
    vocab = json.loads(tokenizer_file(base_model_folder(), added_tokens()))["model"]["vocab"]
    size = open_tokenizer(base_model_folder()).get_vocab_size()
    assert [vocab[token] for token in added_tokens()] == list(range(size, size + len(added_tokens())))


def test_a_long_run_of_chinese_is_no_unknown_word(tokenizer: Tokenizer) -> None:
    encoded = tokenizer.encode("我想退款" * 300)
    assert len(encoded.ids) == MAX_TOKENS
    assert tokenizer.token_to_id("[UNK]") not in encoded.ids
