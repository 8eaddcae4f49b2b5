"""An encoder folder → the encoder that reads it on this machine."""

from pathlib import Path

from retrieval.encoder import Encoder, OnnxEncoder


def open_encoder(folder: Path, threads: int = 1) -> Encoder:
    """Return a release's encoder: the bundled one, on the GPU where there is one, or another model."""
    if (folder / "model.json").exists():
        from retrieval.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder.load(folder, threads)
    if has_gpu():
        from retrieval.torch_encoder import TorchEncoder

        return TorchEncoder(folder, "cuda")
    return OnnxEncoder(folder, threads)


def has_gpu() -> bool:
    """Return whether torch is installed and finds a GPU; torch is not imported where no driver is loaded."""
    if not any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")):
        return False
    try:
        import torch
    except ImportError:
        return False
    return bool(torch.cuda.is_available())
