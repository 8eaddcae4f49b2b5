"""Several processes that train together, as `torchrun` and `accelerate launch` start them.

The first one leads: it does everything, as if it were alone. The others wait for what is to be done
together, and end when the leader does, however that ends.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

Job = tuple[Callable[..., object], tuple[Any, ...]]
PATIENCE = timedelta(hours=6)  # that the others wait while the leader does what only it can


def several() -> bool:
    """Return whether this process is one of several; torch need not be installed where it is not."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def rank() -> int:
    """Return this process's number in the group, 0 where it is alone."""
    return int(os.environ["RANK"]) if several() else 0


def size() -> int:
    return int(os.environ["WORLD_SIZE"]) if several() else 1


@contextmanager
def leading() -> Iterator[bool]:
    """Give whether this process leads; the others have helped until the leader was done.

    A helper whose leader is gone ends its process with a message.
    """
    if not several():
        yield True
        return
    import torch
    from torch import distributed

    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    distributed.init_process_group(
        "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE
    )
    try:
        if rank() == 0:
            yield True
        else:
            _help()
            yield False
    finally:
        if distributed.is_initialized():
            if rank() == 0:
                with suppress(RuntimeError):  # whoever is gone needs not be told
                    _send(None)
            distributed.destroy_process_group()


@contextmanager
def helped_by(function: Callable[..., object], *arguments: object) -> Iterator[None]:
    """Have all other processes call a function with these arguments while the block does its part.

    Where the block fails, they can't know how far it is: the group is given up, which ends them.
    """
    if not several():
        yield
        return
    from torch import distributed

    _send((function, arguments))
    try:
        yield
    except BaseException:
        distributed.destroy_process_group()
        raise


def _help() -> None:
    """Do what the leader sends until it sends nothing more."""
    try:
        while job := _receive():
            function, arguments = job
            function(*arguments)
    except RuntimeError as error:  # a connection that is closed, or what failed here
        sys.exit(f"frontdesk: process {rank()} of the training group has to stop: {error}")


def _send(job: Job | None) -> None:
    _broadcast([job])


def _receive() -> Job | None:
    return _broadcast([None])


def _broadcast(box: list[Job | None]) -> Job | None:
    import torch
    from torch import distributed

    distributed.broadcast_object_list(box, src=0, device=torch.device("cpu"))
    return box[0]
