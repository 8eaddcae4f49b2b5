"""A second release of the bundled desk, which greets in other words: something to try out."""

import os
import shutil
from pathlib import Path

from data.release.releases import Releases

NEW = "29990101-01"
GREETS = "Good day from the release on trial."


def add_second_release(home: Path) -> str:
    """Add it beside the live one, whose files it shares but for the greeting; return its id."""
    live = Releases(home, "shop").live().folder
    shutil.copytree(live, live.with_name(NEW), copy_function=os.link)
    greeting = live.with_name(NEW) / "desk" / "templates" / "greeting.yaml"
    lines = greeting.read_text("utf-8").splitlines()
    greeting.unlink()  # the name of a shared file
    reworded = [f'  en: "{GREETS}"' if line.startswith("  en:") else line for line in lines]
    greeting.write_text("\n".join(reworded) + "\n", "utf-8")
    return NEW
