"""A float ONNX graph → int8 that answers as the floats do.

onnxruntime's dynamic quantization gives all values of a matrix one scale, so that a few channels with large
values leave eight bits of little to the rest. Hence (numbers in docs/experiments.md): channels are evened
out before each product, at the weights' cost (SmoothQuant, Xiao et al. 2022, https://arxiv.org/abs/2211.10438);
weights are unsigned, as AVX2 saturates where it multiplies signed bytes; and products that narrow their
input stay in floats, as what enters them is the most uneven.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

EVENED = 0.8  # 0 leaves the activations as they are, 1 makes all channels equally large
Ranges = Mapping[str, NDArray[np.floating]]  # of a product's input, the largest value in each channel


def quantize(model: ModelProto, ranges: Ranges, target: Path) -> None:
    """Write the int8 form of `model` to `target`; `ranges` has the inputs of its products by name."""
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    narrowing = [node.name for node in products(model) if _narrows(weights[node.input[1]])]
    for name, nodes in _by_input(model).items():
        if not _narrows(weights[nodes[0].input[1]]):
            _even_out(model, name, nodes, weights, np.asarray(ranges[name], np.float32))
    logging.disable(logging.WARNING)  # its advice to preprocess is for graphs that shapes are missing in
    try:
        quantize_dynamic(
            model, target, per_channel=True, weight_type=QuantType.QUInt8, nodes_to_exclude=narrowing
        )
    finally:
        logging.disable(logging.NOTSET)


def products(model: ModelProto) -> list[NodeProto]:
    """Return the nodes that multiply by weights."""
    known = {tensor.name for tensor in model.graph.initializer}
    return [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in known]


def _by_input(model: ModelProto) -> dict[str, list[NodeProto]]:
    found: dict[str, list[NodeProto]] = {}
    for node in products(model):
        found.setdefault(node.input[0], []).append(node)
    return found


def _narrows(weight: TensorProto) -> bool:
    return bool(weight.dims[0] > weight.dims[1])


def _even_out(
    model: ModelProto,
    name: str,
    nodes: list[NodeProto],
    weights: dict[str, TensorProto],
    largest: NDArray[np.float32],
) -> None:
    """Divide the channels of an input by a scale each, and multiply the rows of its weights by it."""
    arrays = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
    rows = np.max([np.abs(array).max(1) for array in arrays], axis=0).clip(1e-5)
    scale = largest.clip(1e-5) ** EVENED / rows ** (1 - EVENED)
    scale /= np.exp(np.log(scale).mean())
    for node, array in zip(nodes, arrays, strict=True):
        value = (array * scale[:, None]).astype(np.float32)
        weights[node.input[1]].CopyFrom(numpy_helper.from_array(value, node.input[1]))
        node.input[0] = f"{name}_even"
    model.graph.initializer.append(numpy_helper.from_array((1 / scale).astype(np.float32), f"{name}_scale"))
    first = min(at for at, node in enumerate(model.graph.node) if node.input[:1] == [f"{name}_even"])
    even = helper.make_node("Mul", [name, f"{name}_scale"], [f"{name}_even"], name=f"{name}_even")
    model.graph.node.insert(first, even)
