"""A run's figures and pictures as TensorBoard shows them, written without torch or TensorFlow."""

import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import hparams_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

FLUSH_SECONDS = 10  # what a run that is killed may lose
RGBA = 4  # TensorBoard's number for the colours of a picture


class TensorBoardLog:
    """The events of one run in its folder, `tensorboard --logdir` shows them."""

    def __init__(self, folder: Path, config: Mapping[str, bool | int | float | str]) -> None:
        self._writer = EventFileWriter(str(folder), flush_secs=FLUSH_SECONDS)
        self._write(hparams_pb(dict(config), trial_id=folder.name), 0)

    def figures(self, values: Mapping[str, float], step: int) -> None:
        self._write(Summary(value=[Summary.Value(tag=n, simple_value=v) for n, v in values.items()]), step)

    def image(self, name: str, png: bytes, step: int) -> None:
        width, height = struct.unpack(">II", png[16:24])  # where every PNG has them
        picture = Summary.Image(height=height, width=width, colorspace=RGBA, encoded_image_string=png)
        self._write(Summary(value=[Summary.Value(tag=name, image=picture)]), step)

    def artifact(self, path: Path) -> None:
        pass  # it lies in the folder

    def end(self, outcome: Mapping[str, Any], error: str | None) -> None:
        self._writer.close()

    def _write(self, summary: Summary, step: int) -> None:
        self._writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))
