"""What training changed in a network, kept small."""

import numpy as np
from numpy.typing import NDArray

from retrieval.bundled_encoder import WeightArrays


def low_rank(before: WeightArrays, after: WeightArrays, rank: int) -> dict[str, NDArray[np.float16]]:
    """Return the changes as `bilingual_weights` adds them: rank-`rank` factors `left @ right` of matrices by
    singular value decomposition, the plain difference of whatever is smaller."""
    kept = {}
    for name, new in after.items():
        change = new - before[name]
        if change.ndim == 2 and min(change.shape) > rank:
            left, scale, right = np.linalg.svd(change, full_matrices=False)
            root = np.sqrt(scale[:rank])
            kept[f"{name}.left"] = np.ascontiguousarray(left[:, :rank] * root).astype(np.float16)
            kept[f"{name}.right"] = np.ascontiguousarray(root[:, None] * right[:rank]).astype(np.float16)
        else:
            kept[f"{name}.plain"] = change.astype(np.float16)
    return kept
