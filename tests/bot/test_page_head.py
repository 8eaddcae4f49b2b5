"""A page's head speaks of the desk, whatever the toolkit's template says."""

import gradio as gr
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.page_head import PageHead
from tests.in_a_loop import in_a_loop


def house() -> FastAPI:
    async def build() -> FastAPI:  # outside a loop, the toolkit opens some that it never closes
        app = FastAPI()
        app.get("/healthz")(lambda: {"status": "ok"})
        with gr.Blocks(title="A & B") as page:
            gr.HTML("here")
        gr.mount_gradio_app(app, page, path="/")
        app.add_middleware(PageHead, title=lambda: "A & B")
        return app

    return in_a_loop(build)


def test_the_head_names_the_desk_and_not_the_toolkit() -> None:
    with TestClient(house()) as client:
        page = client.get("/", headers={"Accept-Encoding": "br, gzip"})
        other = client.get("/healthz")
    head = page.text[: page.text.index("<script")]
    assert '<meta property="og:title" content="A &amp; B">' in head
    assert head.count("og:title") == 1
    assert "Click to try out" not in page.text
    assert "twitter:" not in page.text
    assert "window.gradio_config" in page.text
    assert other.json() == {"status": "ok"}
