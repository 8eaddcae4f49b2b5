"""The console's one page: a frame that the browser side fills; each view is a script of its own."""

from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import gradio as gr

from bot.chat_page import MOUNT as CHAT_MOUNT
from bot.chat_page.colours import accent_variables
from data.desk import Desk

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A view of the console: `static/<name>.js`, and who may see it."""

    name: str
    role: str


PAGES: tuple[Page, ...] = (
    Page("inbox", "agent"),
    Page("conversations", "agent"),
    Page("review", "reviewer"),
    Page("topics", "reviewer"),
    Page("answers", "reviewer"),
    Page("insights", "reviewer"),
    Page("nights", "reviewer"),
    Page("releases", "admin"),
    Page("team", "admin"),
)

MOUNT: dict[str, Any] = {**CHAT_MOUNT, "head": (HERE / "head.html").read_text("utf-8")}


def staff_page(desk: Desk) -> gr.Blocks:
    blocks: gr.Blocks = gr.Blocks(title=next(iter(desk.name.values())), analytics_enabled=False)
    shell = Template((HERE / "shell.html").read_text("utf-8")).substitute(
        colours=accent_variables(desk.accent)
    )
    with blocks:
        gr.HTML(
            shell,
            js_on_load='import("/staff/console/console.js").then((console) => console.start(element));',
            apply_default_css=False,
        )
    return blocks
