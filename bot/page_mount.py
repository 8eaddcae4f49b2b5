"""Mounts a page of the toolkit, with a check in front of its server functions.

The toolkit breaks where a call names a component that the page lacks, as one does that was left open while
another version of the server began.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware

CALLS = "/component_server"


class Call(BaseModel):
    """What a page's script sends to a server function."""

    session_hash: str
    component_id: int
    fn_name: str
    data: Any = None


def mount_page(app: FastAPI, page: gr.Blocks, path: str, **options: Any) -> None:
    """Mount `page` below `path`; options are those of `gr.mount_gradio_app`."""
    checked = Middleware(BaseHTTPMiddleware, dispatch=_require_component)
    gr.mount_gradio_app(app, page, path=path, app_kwargs={"middleware": [checked]}, **options)


async def _require_component(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    if not request.url.path.rstrip("/").endswith(CALLS):
        return await handle(request)
    try:
        call = Call.model_validate_json(await request.body())
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
        return JSONResponse({"error": problems}, 422)
    if call.component_id not in request.app.get_blocks().blocks:
        return JSONResponse({"error": f"this page has no part {call.component_id}; load it again"}, 404)
    return await handle(request)
