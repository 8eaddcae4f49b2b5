"""What the figures were measured with: a digest of the code and data files that they depend on."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
OWN = ("bot", "data", "retrieval", "training")
ENCODER = {".safetensors", ".txt", ".onnx"}  # endings of what it is built from
MEASURING = ("training.benchmark.measured", "training.benchmark.encoder_figures")


def code_version() -> str:
    """Return a digest of all modules that measuring imports, whatever imports them, and of the encoder.

    What only writes pages and reports does not count, so that a better page needs no new measuring.
    """
    shipped = sorted(f for f in (ROOT / "retrieval").rglob("*") if f.suffix in ENCODER)
    return digest([*sorted(sources(MEASURING)), *shipped])


def digest(files: Iterable[Path]) -> str:
    """Return sixteen hexadecimal digits of the files' contents, their order mattering."""
    found = hashlib.sha256()
    for file in files:
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()[:16]


def sources(modules: Iterable[str]) -> set[Path]:
    """Return the files of the modules and of all of ours that they import, directly or not."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        file = _file(waiting.pop())
        if file is not None and file not in found:
            found.add(file)
            waiting += _imported(file)
    return found


def _file(module: str) -> Path | None:
    """Return where a module of ours is, None for what is no module or not ours."""
    if module.partition(".")[0] not in OWN:
        return None
    at = ROOT / module.replace(".", "/")
    return next((f for f in (at.with_suffix(".py"), at / "__init__.py") if f.is_file()), None)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
