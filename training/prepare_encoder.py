"""An encoder folder, from the setting that says which encoder."""

import os
import shutil
from pathlib import Path

from retrieval.bundled_encoder import build_encoder
from retrieval.encoder import Encoder
from retrieval.open_encoder import open_encoder


def prepare_encoder(
    name: str | None, folder: Path, tuned: Path | None = None, start: Path | None = None
) -> Encoder:
    """Fill a new encoder folder with the bundled encoder, or note which other model it is, and open it.

    `tuned` has changes to the bundled encoder; `start` is a folder that is taken as it is.
    Raises EncoderError where the model can't be loaded.
    """
    threads = os.cpu_count() or 1
    if start:
        shutil.copytree(start, folder)
        return open_encoder(folder, threads)
    folder.mkdir(parents=True)
    if name:
        from retrieval.sentence_transformer import SentenceTransformerEncoder

        encoder = SentenceTransformerEncoder(name, threads)
        encoder.save(folder)
        return encoder
    build_encoder(folder, tuned)
    return open_encoder(folder, threads)
