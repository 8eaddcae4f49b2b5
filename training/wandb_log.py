"""A run in Weights & Biases: files below the run's folder, or sent where the operator asked for it.

Which project and entity is W&B's own affair (`WANDB_PROJECT`, `WANDB_ENTITY`), the key, too. Neither the
machine and who uses it nor the code and what is printed are recorded; where all stays offline, W&B's error
reports stay off, too.
"""

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from PIL import Image

PROJECT = "frontdesk"  # where none is named
SECONDS = 30.0  # that signing in or reaching the service may take
UNRECORDED = {
    "console": "off", "disable_code": True, "disable_git": True, "x_disable_machine_info": True,
    "x_disable_meta": True, "x_disable_stats": True, "x_save_requirements": False, "host": "",
}  # fmt: skip


class WandbLog:
    """One run of W&B; `offline` needs no account and reaches for no network."""

    def __init__(
        self, mode: Literal["offline", "online"], folder: Path, kind: str, config: Mapping[str, Any]
    ) -> None:
        for name in ("WANDB_DATA_DIR", "WANDB_CACHE_DIR"):  # else in the user's own folders
            os.environ.setdefault(name, str(folder / "wandb"))
        if mode == "offline":
            os.environ["WANDB_ERROR_REPORTING"] = "false"  # read when wandb is imported
        import wandb

        self._wandb = wandb
        self._run = wandb.init(
            project=os.environ.get("WANDB_PROJECT") or PROJECT, dir=folder, name=folder.name, job_type=kind,
            config=dict(config), reinit="create_new",
            settings=wandb.Settings(
                mode=mode, silent=True, init_timeout=SECONDS, login_timeout=SECONDS, **UNRECORDED
            ),
        )  # fmt: skip

    def figures(self, values: Mapping[str, float], step: int) -> None:
        if step:
            self._run.log(dict(values), step=step)
        else:  # of the run as a whole; steps may not go back
            self._run.summary.update(dict(values))

    def image(self, name: str, png: bytes, step: int) -> None:
        self._run.log({name: self._wandb.Image(Image.open(io.BytesIO(png)))}, step=step or None)

    def artifact(self, path: Path) -> None:
        kept = self._wandb.Artifact(f"{self._run.name}-{path.name}", type="result")
        kept.add_dir(str(path)) if path.is_dir() else kept.add_file(str(path))
        self._run.log_artifact(kept)

    def end(self, outcome: Mapping[str, Any], error: str | None) -> None:
        self._run.summary.update({**outcome, "error": error or ""})
        self._run.finish(exit_code=1 if error else 0)
