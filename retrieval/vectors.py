"""Nearest vectors by inner product, in FAISS; on the GPU where there is one."""

from pathlib import Path
from threading import Lock

import faiss
import numpy as np
from numpy.typing import NDArray

from data.errors import ReleaseError
from retrieval.encoder import Vectors

faiss.omp_set_num_threads(1)  # a query is too small to share out
LINKS = 32  # of each vector in a graph
VISITED = 128  # vectors at most that a search in a graph keeps in sight


class VectorIndex:
    """An immutable index over unit vectors, each looked at in a search or, in a graph, those on the way.

    Values are kept in 16 bits: half the memory and two thirds of the time, cosines within 0.001.

    Search may run in many threads at once; to change the content, build another one and swap.
    """

    def __init__(self, index: "faiss.Index") -> None:
        self._index = index
        self._gpu = _on_gpu(index)
        self._gpu_lock = Lock()  # a GPU's resources serve one thread at a time

    @classmethod
    def of(cls, vectors: Vectors) -> "VectorIndex":
        """Index float32 unit vectors, shape (n, dim); ids are the row numbers."""
        index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def graph_of(cls, vectors: Vectors) -> "VectorIndex":
        """Index as `of` does, for searches that may miss one neighbour in some hundred.

        Time grows with the logarithm of n, not with n: Malkov & Yashunin 2016, https://arxiv.org/abs/1603.09320.
        The same vectors give the same graph.
        """
        kind = faiss.ScalarQuantizer.QT_fp16
        index = faiss.IndexHNSWSQ(vectors.shape[1], kind, LINKS, faiss.METRIC_INNER_PRODUCT)  # type: ignore[arg-type]
        index.hnsw.efSearch = VISITED
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def load(cls, file: Path) -> "VectorIndex":
        try:
            return cls(faiss.read_index(str(file)))
        except RuntimeError as error:
            raise ReleaseError(f"{file} is no readable FAISS index: {error}") from error

    def save(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def vectors(self) -> Vectors:
        """Return what was indexed, shape (n, dim), as exact as it is kept."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), np.float32)

    def search(
        self, queries: Vectors, k: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return scores and ids of the `k` best rows for each query, best first, both of shape (n, k).

        `among` restricts to some row numbers. Where fewer than `k` exist, the rest is id -1, score -1.
        """
        queries = np.ascontiguousarray(queries, np.float32)
        if among is not None and len(among) == 0:
            return np.full((len(queries), k), -1, np.float32), np.full((len(queries), k), -1, np.int64)
        if among is None and self._gpu is not None:
            with self._gpu_lock:
                scores, ids = self._gpu.search(queries, k)
        elif among is None:
            scores, ids = self._index.search(queries, k)
        else:  # on the CPU: flat GPU indexes know no selector
            # IDSelectorBatch: the array selector scans the list for every row
            selector = faiss.IDSelectorBatch(np.ascontiguousarray(among, np.int64))
            if isinstance(self._index, faiss.IndexHNSW):
                only = faiss.SearchParametersHNSW(sel=selector, efSearch=VISITED)  # type: ignore[attr-defined]
            else:
                only = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            scores, ids = self._index.search(queries, k, params=only)
        return np.where(ids < 0, np.float32(-1), scores), ids


def _on_gpu(index: "faiss.Index") -> "faiss.Index | None":
    """Return a copy on the first GPU; None where FAISS was built without GPUs or finds none."""
    if not hasattr(faiss, "get_num_gpus") or faiss.get_num_gpus() == 0:
        return None
    flat = faiss.IndexFlatIP(index.d)  # a GPU has no index of this kind
    flat.add(index.reconstruct_n(0, index.ntotal))
    return faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, flat)
