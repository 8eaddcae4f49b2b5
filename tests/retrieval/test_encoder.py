"""The bundled encoder gives the vectors it was exported with, whatever the batch; int8 stays close."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from data.errors import EncoderError
from data.fold import fold
from retrieval.bundled_encoder import (
    BASE_PACKAGE,
    CHINESE,
    base_model_folder,
    build_encoder,
    encoder_identity,
)  # fmt: skip
from retrieval.encoder import BATCH, WORTH_A_BATCH, OnnxEncoder, Vectors, padded_batches, token_ids
from retrieval.open_encoder import open_encoder
from retrieval.torch_encoder import TorchEncoder
from retrieval.wordpieces import MAX_TOKENS

REFERENCE: list[dict[str, Any]] = json.loads((CHINESE / "reference.json").read_text("utf-8"))
TEXTS: list[str] = [row["text"] for row in REFERENCE]
VECTORS: Vectors = np.array([row["vector"] for row in REFERENCE], np.float32)
CLOSE = 1e-4


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> OnnxEncoder:
    folder = tmp_path_factory.mktemp("fp32")
    build_encoder(folder, int8=False)
    return OnnxEncoder(folder, threads=2)


@pytest.fixture(scope="module")
def quantized_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("int8")
    build_encoder(folder)
    return folder


@pytest.fixture(scope="module")
def quantized(quantized_folder: Path) -> OnnxEncoder:
    return OnnxEncoder(quantized_folder, threads=2)


@pytest.fixture(scope="module")
def tokenizer(quantized_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(quantized_folder / "tokenizer.json"))


def test_the_reference_has_both_languages() -> None:
    chinese = [any("\u4e00" <= c <= "\u9fff" for c in text) for text in TEXTS]
    assert any(chinese)
    assert not all(chinese)


def test_torch_gives_the_vectors_of_onnxruntime(quantized_folder: Path) -> None:
    np.testing.assert_allclose(TorchEncoder(quantized_folder).encode(TEXTS), VECTORS, atol=CLOSE)


def test_a_release_folder_opens_as_what_it_holds(quantized_folder: Path) -> None:
    assert open_encoder(quantized_folder).encode(["hi"]).shape == (1, 384)


def test_the_identity_tells_encoders_apart() -> None:
    assert encoder_identity(None) == encoder_identity("")
    assert encoder_identity("intfloat/multilingual-e5-small") != encoder_identity(None)


def test_fine_tuned_changes_are_put_on_top(tmp_path: Path) -> None:
    """One matrix changed by a product of two vectors changes what torch and onnxruntime say alike."""
    name = "encoder.layer.5.output.dense.weight"
    rng = np.random.default_rng(0)
    change = {
        f"{name}.left": rng.normal(size=(384, 1)).astype(np.float16) / 10,
        f"{name}.right": rng.normal(size=(1, 1536)).astype(np.float16) / 10,
    }
    save_file(change, tmp_path / "change.safetensors")
    folder = tmp_path / "encoder"
    build_encoder(folder, tuned=tmp_path / "change.safetensors", int8=False)
    vectors = OnnxEncoder(folder).encode(TEXTS)
    np.testing.assert_allclose(vectors, TorchEncoder(folder).encode(TEXTS), atol=CLOSE)
    assert np.abs(vectors - VECTORS).max() > 0.01


def test_vectors_are_those_of_the_export(exact: OnnxEncoder) -> None:
    np.testing.assert_allclose(exact.encode(TEXTS), VECTORS, atol=CLOSE)


@pytest.mark.parametrize("row", range(len(TEXTS)))
def test_a_text_alone_has_the_vector_of_the_padded_batch(row: int, exact: OnnxEncoder) -> None:
    np.testing.assert_allclose(exact.encode([TEXTS[row]])[0], VECTORS[row], atol=CLOSE)


@pytest.mark.parametrize("seed", range(3))
def test_vectors_come_in_the_order_of_the_texts(seed: int, exact: OnnxEncoder) -> None:
    order = np.random.default_rng(seed).permutation(len(TEXTS))
    np.testing.assert_allclose(exact.encode([TEXTS[i] for i in order]), VECTORS[order], atol=CLOSE)


@pytest.mark.parametrize("copies", [4, 5, 9])  # one full batch, a full and a part, several
def test_batches_of_any_size_agree(copies: int, exact: OnnxEncoder) -> None:
    np.testing.assert_allclose(exact.encode(TEXTS * copies), np.tile(VECTORS, (copies, 1)), atol=CLOSE)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([4], [[4]]),
        ([4, 4, 4], [[4, 4, 4]]),
        ([4, 4 + WORTH_A_BATCH], [[4, 4 + WORTH_A_BATCH]]),  # as cheap either way
        ([4, 5 + WORTH_A_BATCH], [[4], [5 + WORTH_A_BATCH]]),
        ([4, 4, 4, 7], [[4, 4, 4], [7]]),  # each of three would be padded
        ([30, 3, 5], [[3, 5], [30]]),  # a message and its two parts
        ([], []),
    ],
)
def test_little_is_padded(words: list[int], expected: list[list[int]], tokenizer: Tokenizer) -> None:
    batches = padded_batches(tokenizer, [" ".join(["parcel"] * n) for n in words], BATCH)
    assert [[words[i] for i in rows] for rows, _, _ in batches] == expected
    for rows, tokens, mask in batches:
        assert tokens.shape == mask.shape == (len(rows), max(words[i] for i in rows) + 2)
        assert mask.sum(1).tolist() == [words[i] + 2 for i in rows]


def test_a_batch_has_at_most_the_size(tokenizer: Tokenizer) -> None:
    assert [len(rows) for rows, _, _ in padded_batches(tokenizer, ["a parcel"] * 9, size=4)] == [4, 4, 1]


@pytest.mark.parametrize(
    "text", ["Where is my parcel, please? 😀 £5", "我想问一下，昨天买的那个帐篷什么时候能发货", "x" * 64]
)
def test_words_of_usual_length_stay_whole(text: str, tokenizer: Tokenizer) -> None:
    assert token_ids(tokenizer, [text]) == [tokenizer.encode(text).ids]


@pytest.mark.parametrize("mark", ["的", "x", "7", "😀", "é"])
def test_a_word_without_an_end_is_divided(mark: str, tokenizer: Tokenizer) -> None:
    [ids] = token_ids(tokenizer, [mark * 128])
    assert ids == tokenizer.encode(f"{mark * 64} {mark * 64}").ids
    began = time.thread_time()
    token_ids(tokenizer, [mark * 4000])
    assert time.thread_time() - began < 0.5  # of Chinese characters it took 3.5 s


def test_int8_is_close(quantized: OnnxEncoder) -> None:
    cosines = (quantized.encode(TEXTS) * VECTORS).sum(1)
    print("int8 cosines", np.round(cosines, 4))
    assert cosines.min() > 0.95


@pytest.mark.parametrize("which", ["exact", "quantized"])
def test_vectors_are_of_unit_length(which: str, request: pytest.FixtureRequest) -> None:
    lengths = np.linalg.norm(request.getfixturevalue(which).encode([*TEXTS, "", "🙂", "x " * 500]), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-5)


@pytest.mark.parametrize("texts", [[], TEXTS[:1], TEXTS])
def test_shape_and_type(texts: list[str], quantized: OnnxEncoder) -> None:
    rows = quantized.encode(texts)
    assert rows.shape == (len(texts), quantized.dim) == (len(texts), 384)
    assert rows.dtype == np.float32


@pytest.mark.parametrize(
    ("one", "other"),
    [("發票抬頭可以改成公司嗎", "发票抬头可以改成公司吗"), ("ｈｅｌｌｏ", "hello"), ("Hi  you", "hi you")],
)  # fmt: skip
def test_spellings_of_one_text_have_one_vector(one: str, other: str, exact: OnnxEncoder) -> None:
    first, second = exact.encode([one, other])
    np.testing.assert_allclose(first, second, atol=CLOSE)


def test_a_long_text_counts_up_to_the_limit(exact: OnnxEncoder) -> None:
    start = "parcel " * (MAX_TOKENS - 2)  # two tokens mark begin and end
    short, long = exact.encode([start, start + "zebra " * 50])
    np.testing.assert_allclose(long, short, atol=CLOSE)


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("Where is my parcel?", "my package has not arrived yet", "how do I reset my password"),
        ("我的快递到哪了", "包裹还没收到", "怎么重置密码"),
        ("我想退货", "I want to return it", "what are your opening hours"),
    ],
)
def test_near_in_meaning_is_near_in_space(
    question: str, answer: str, other: str, quantized: OnnxEncoder
) -> None:
    asked, near, far = quantized.encode([question, answer, other])
    assert asked @ near > asked @ far + 0.1


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_of_the_reference_has_an_unknown_token(text: str, tokenizer: Tokenizer) -> None:
    assert "[UNK]" not in tokenizer.encode(fold(text)).tokens


def test_what_is_unknown_would_be_seen(tokenizer: Tokenizer) -> None:
    assert "[UNK]" in tokenizer.encode("𠮷").tokens


def test_the_tokenizer_neither_pads_nor_overflows(tokenizer: Tokenizer) -> None:
    sizes = [len(e.ids) for e in tokenizer.encode_batch(["hi", "parcel " * 500])]
    assert sizes == [3, MAX_TOKENS]


def test_the_quantized_encoder_is_half_the_size(quantized_folder: Path) -> None:
    weights = (base_model_folder() / "model.safetensors").stat().st_size
    assert (quantized_folder / "encoder.onnx").stat().st_size < 0.5 * weights


def test_another_base_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / BASE_PACKAGE
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"something else")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EncoderError, match=r"has sha256 .* the official file has .* reinstall"):
        build_encoder(tmp_path)


def test_a_base_model_without_its_weights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / BASE_PACKAGE).mkdir()
    (tmp_path / BASE_PACKAGE / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EncoderError, match="reinstall"):
        build_encoder(tmp_path)


def test_a_missing_base_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(EncoderError, match="the base model is not installed; `make install`"):
        base_model_folder()
