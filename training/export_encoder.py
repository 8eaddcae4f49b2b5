"""Turn a trained student into what ships: added tokens, low-rank changes, a graph without weights.

    python -m training.export_encoder --run runs/encoder

Writes `retrieval/minilm_zh/`. The graph is exported with torch's dynamo exporter and each of its weights
is found again by value, so that `retrieval.bundled_encoder.build_encoder` can fill it without torch.
"""

import argparse
import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertModel

from data.fold import fold
from retrieval.bundled_encoder import (
    CHINESE,
    ROWS,
    WeightArrays,
    base_model_folder,
    bilingual_weights,
    build_encoder,
    changes_in,
)  # fmt: skip
from retrieval.encoder import OnnxEncoder, padded_batches, token_ids
from retrieval.quantize import products
from retrieval.torch_encoder import bert, pooled
from retrieval.wordpieces import open_tokenizer
from training.fit_encoder import HELD_OUT, retrieval_accuracy
from training.low_rank import low_rank
from training.parallel import OWN, read_pairs
from training.sentence_vectors import encode_all

log = logging.getLogger("export_encoder")
REFERENCE = [
    "Where is my order HB-2048817?", "it's been two weeks and nothing", "hi",
    "亲 我那个快递咋还没动静啊", "你好", "發票抬頭可以改成公司嗎", "可以用 PayPal 付款吗，还是只能微信？",
    "The pan I bought in spring has started to peel, although I follow the leaflet exactly; what now?",
]  # fmt: skip


class SentenceVectors(torch.nn.Module):
    """Token ids → mean-pooled unit vectors, as one graph."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return pooled(hidden, attention_mask)


def changes(base: WeightArrays, student: WeightArrays, rank: int) -> dict[str, NDArray[Any]]:
    """Return what `bilingual_weights` adds to the base: new rows in int8, and `low_rank` of the rest."""
    rows = student[ROWS][len(base[ROWS]) :]
    scale = np.abs(rows).max(1, keepdims=True) / 127
    common = {name: w for name, w in student.items() if name in base and name != ROWS}
    return {
        f"{ROWS}.rows": np.round(rows / scale).astype(np.int8),
        f"{ROWS}.scale": scale.astype(np.float32),
        **low_rank(base, common, rank),
    }


def export_graph(model: SentenceVectors, weights: WeightArrays, file: Path) -> None:
    """Write the ONNX graph with its weights emptied and named after the state dict (`…|T` if turned)."""
    ids = torch.randint(1000, 20000, (3, 9))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    dynamic = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        model, (ids, mask), dynamo=True, input_names=["input_ids", "attention_mask"],
        output_names=["vectors"], dynamic_shapes={"input_ids": dynamic, "attention_mask": dynamic},
    )  # fmt: skip
    assert program is not None
    graph = program.model_proto
    renamed: dict[str, str] = {}
    for tensor in graph.graph.initializer:
        value = onnx.numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < 300:
            continue
        for name, weight in weights.items():
            if value.shape == weight.shape and np.array_equal(value, weight):
                renamed[tensor.name] = name
            elif value.ndim == 2 and value.shape == weight.T.shape and np.array_equal(value, weight.T):
                renamed[tensor.name] = f"{name}|T"
            else:
                continue
            break
        else:
            raise ValueError(f"initializer {tensor.name} {value.shape} is no weight of the model")
        tensor.ClearField("raw_data")
        tensor.name = renamed[tensor.name]
    for node in graph.graph.node:
        node.metadata_props.clear()
        node.doc_string = ""
        for at, name in enumerate(node.input):
            node.input[at] = renamed.get(name, name)
    graph.graph.value_info.clear()
    graph.graph.metadata_props.clear()
    onnx.save(graph, file)


def activation_ranges(texts: Sequence[str]) -> dict[str, NDArray[np.float16]]:
    """Return for each input of a product in the graph the largest value that its channels have on texts."""
    with tempfile.TemporaryDirectory() as built:
        build_encoder(Path(built), int8=False)
        model = onnx.load(Path(built) / "encoder.onnx")
        names = sorted({node.input[0] for node in products(model)})
        model.graph.output.extend(
            onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
        )
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(Path(built) / "tokenizer.json"))
    largest: dict[str, NDArray[np.float32]] = {}
    for _, tokens, mask in padded_batches(tokenizer, texts, size=1):  # padding would be measured, too
        values = session.run(names, {"input_ids": tokens, "attention_mask": mask})
        for name, value in zip(names, values, strict=True):
            here = np.abs(value).reshape(-1, value.shape[-1]).max(0)
            largest[name] = np.maximum(largest.get(name, here), here)
    return {name: value.astype(np.float16) for name, value in largest.items()}


def export(run: Path, rank: int) -> None:
    """Write what ships of the run into `retrieval/minilm_zh/`."""
    out = CHINESE
    folder = base_model_folder()
    trained = torch.load(run / "student.pt", map_location="cpu")
    student = {k: v.float().numpy() for k, v in trained["model"].items()}
    (out / "added.txt").write_text("".join(t + "\n" for t in trained["added"]), "utf-8")
    base = {k: v.astype(np.float32) for k, v in load_file(folder / "model.safetensors").items()}
    save_file(changes(base, student, rank), out / "delta.safetensors")

    weights = bilingual_weights(folder, changes_in(out))
    model = SentenceVectors(bert(folder, weights)).eval()
    export_graph(model, {k: v for k, v in weights.items() if k in student}, out / "graph.onnx")
    tokenizer = open_tokenizer(folder, trained["added"])
    tokenizer.enable_padding()
    coded = tokenizer.encode_batch([fold(t) for t in REFERENCE])
    with torch.no_grad():
        vectors = model(torch.tensor([e.ids for e in coded]), torch.tensor([e.attention_mask for e in coded]))
    reference = [
        {"text": t, "vector": [round(float(x), 6) for x in v]}
        for t, v in zip(REFERENCE, vectors, strict=True)
    ]
    (out / "reference.json").write_text(json.dumps(reference, ensure_ascii=False), "utf-8")
    rows = [json.loads(line) for file in OWN for line in file.read_text("utf-8").splitlines()]
    ranges = activation_ranges([r[side] for r in rows[::60] for side in ("en", "zh")])
    save_file(ranges, out / "ranges.safetensors")
    (out / "recipe.json").write_text((run / "recipe.json").read_text())
    for name in ("curve.png", HELD_OUT):
        shutil.copyfile(run / name, out / name)
    size = sum(f.stat().st_size for f in out.iterdir())
    log.info("%s: %.1f MB", out, size / 1e6)


def figures_as_shipped(data: Path) -> dict[str, float]:
    """Return what the bundled int8 encoder does on the pairs that training held out, and to English."""
    held_out = set((CHINESE / HELD_OUT).read_text().split())
    pairs = [p for p in read_pairs(data, seed=0) if p.key in held_out]
    english, chinese = [p.english for p in pairs], [p.chinese for p in pairs]
    folder = base_model_folder()
    teacher = BertModel.from_pretrained(folder, add_pooling_layer=False).train(False)
    goal = encode_all(teacher, token_ids(open_tokenizer(folder), english))
    with tempfile.TemporaryDirectory() as built:
        build_encoder(Path(built))
        encoder = OnnxEncoder(Path(built), threads=2)
        zh, en = (torch.from_numpy(encoder.encode(texts)) for texts in (chinese, english))
    figures = {
        "zh_to_en": retrieval_accuracy(zh, en),
        "en_to_zh": retrieval_accuracy(en, zh),
        "english_cosine": float((en * goal).sum(-1).mean()),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="the --out folder of training.fit_encoder")
    parser.add_argument(
        "--data", type=Path, help="the --data folder of training.fit_encoder, to measure with"
    )
    parser.add_argument("--rank", type=int, default=96, help="rank of the changes that are kept")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    export(args.run, args.rank)
    if args.data:
        log.info("held-out pairs, as shipped: %s", figures_as_shipped(args.data))


if __name__ == "__main__":
    main()
