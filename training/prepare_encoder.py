"""An encoder folder, from the setting that says which encoder."""

import os
from pathlib import Path

from retrieval.bundled_encoder import build_encoder
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder


def prepare_encoder(name: str | None, folder: Path, tuned: Path | None = None) -> Encoder:
    """Fill a new encoder folder with the bundled encoder, or note which other model it is, and open it.

    `tuned` has changes to the bundled encoder. Raises EncoderError where the model can't be loaded.
    """
    folder.mkdir(parents=True)
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]  # as torch has it
    threads = int(wanted) if wanted.isdecimal() else os.cpu_count() or 1
    if name:
        from retrieval.sentence_transformer import SentenceTransformerEncoder

        encoder = SentenceTransformerEncoder(name, threads)
        encoder.save(folder)
        return encoder
    build_encoder(folder, tuned)
    return open_encoder(folder, threads)
