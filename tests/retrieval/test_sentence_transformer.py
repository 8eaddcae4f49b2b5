"""Another sentence-transformers model in the bundled encoder's place: a tiny one, made here."""

import json
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

from data.errors import EncoderError
from retrieval.open_encoder import open_encoder
from retrieval.sentence_transformer import SentenceTransformerEncoder

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "query",
    "passage",
    ":",
    "hi",
    "parcel",
    "where",
    "我",
    "快",
    "递",
]
TEXTS = ["hi", "where parcel", "我 快 递"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random two-layer network in a folder as the hub has them."""
    folder = tmp_path_factory.mktemp("models")
    plain = folder / "plain"
    plain.mkdir()
    (plain / "vocab.txt").write_text("\n".join(WORDS) + "\n", "utf-8")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(plain)
    BertTokenizerFast(vocab_file=str(plain / "vocab.txt")).save_pretrained(plain)
    transformer = Transformer(str(plain))
    pooling = Pooling(16)
    SentenceTransformer(modules=[transformer, pooling]).save(str(folder / "tiny"))
    return folder / "tiny"


def renamed(model: Path, name: str, folder: Path) -> Path:
    target = folder / name
    target.symlink_to(model)
    return target


def test_vectors_are_those_of_the_model_normalised(model: Path) -> None:
    expected = SentenceTransformer(str(model)).encode(TEXTS, normalize_embeddings=True)
    encoder = SentenceTransformerEncoder(str(model))
    assert encoder.dim == 16
    np.testing.assert_allclose(encoder.encode(TEXTS), expected, atol=1e-6)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), expected, atol=1e-6)
    assert encoder.encode([]).shape == (0, 16)


def test_a_model_that_wants_prefixes_gets_them(model: Path, tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(str(renamed(model, "multilingual-e5-small", tmp_path)))
    plain = SentenceTransformerEncoder(str(model))
    np.testing.assert_allclose(encoder.encode(["hi"]), plain.encode(["query: hi"]), atol=1e-6)
    np.testing.assert_allclose(encoder.encode_passages(["hi"]), plain.encode(["passage: hi"]), atol=1e-6)


def test_a_release_opens_the_model_it_was_built_with(model: Path, tmp_path: Path) -> None:
    SentenceTransformerEncoder(str(model)).save(tmp_path)
    encoder = open_encoder(tmp_path)
    np.testing.assert_allclose(
        encoder.encode(TEXTS), SentenceTransformerEncoder(str(model)).encode(TEXTS), atol=1e-6
    )


def test_a_model_that_changed_is_refused(model: Path, tmp_path: Path) -> None:
    SentenceTransformerEncoder(str(model)).save(tmp_path)
    kept = json.loads((tmp_path / "model.json").read_text("utf-8"))
    kept["probe"] = [-x for x in kept["probe"]]
    (tmp_path / "model.json").write_text(json.dumps(kept), "utf-8")
    with pytest.raises(EncoderError, match=r"gives other vectors than when .* was built"):
        open_encoder(tmp_path)


def test_what_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"nowhere.* can't be loaded: .*FRONTDESK_ENCODER wants"):
        SentenceTransformerEncoder(str(tmp_path / "nowhere"))
