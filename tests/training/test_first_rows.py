"""Which tokens a Chinese student gets, and where their rows start, by hand."""

import torch

from retrieval.bundled_encoder import base_model_folder
from retrieval.wordpieces import SHARED, open_tokenizer
from training.first_rows import first_rows, tokens_to_add
from training.parallel import Pair


def test_frequent_characters_and_words_are_added_and_the_shared_rows_come_last() -> None:
    base = open_tokenizer(base_model_folder())
    texts = ["帐篷和帐篷", "帐 abc 一一一", "\u3000\u3000\u3000", "退货", "退货", "……"]
    added = tokens_to_add(texts, base, min_characters=2, min_words=2)
    assert added[-len(SHARED) :] == SHARED
    # 一 is known to the base, which never learned what it means; 和 comes once; … is in the base
    assert added[: -len(SHARED)] == ["一", "帐", "篷", "货", "退", "帐篷", "退货"]


def test_rows_start_from_the_english_they_go_with() -> None:
    """帐篷 goes with `tent` in each of its pairs, so it starts as the row of `tent`."""
    added = ["帐", "篷", "囧", "帐篷", *SHARED]
    base = open_tokenizer(base_model_folder())
    student = open_tokenizer(base_model_folder(), added)
    spelling = open_tokenizer(base_model_folder(), added, words=False)
    said = [("tent", "帐篷")] * 3 + [("lamp", "x"), ("sofa", "y"), ("lamp", "囧")]
    pairs = [Pair(en, zh, 1.0) for en, zh in said]
    rows = torch.eye(base.get_vocab_size(), 8) + torch.arange(base.get_vocab_size())[:, None]
    start = first_rows(pairs, added, (base, student, spelling), rows)
    tent = rows[base.token_to_id("tent")]
    assert start.shape == (len(added), 8)
    assert torch.allclose(start[0], tent)  # the character, too
    assert torch.allclose(start[3], tent)
    assert torch.allclose(start[2], rows.mean(0))  # seen once, which says nothing
    assert len(torch.unique(start[4:], dim=0)) == len(SHARED)
