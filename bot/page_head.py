"""What a page says of itself to search engines and messengers: the desk's name, nothing of the toolkit."""

import re
from collections.abc import Callable
from html import escape

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGES = ("/", "/staff/")
_THEIRS = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*?/?>\s*")
_HEAD = re.compile(rb"<head>")


class PageHead:
    """Middleware: replaces what the toolkit's template says in the head of our pages."""

    def __init__(self, app: ASGIApp, title: Callable[[], str]) -> None:
        self._app = app
        self._title = title

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in PAGES or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = b""

        async def gather(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":  # what test clients are told of templates
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                headers = MutableHeaders(scope=start)
                if headers.get("content-type", "").startswith("text/html"):
                    body = self.rewritten(body)
                    headers["content-length"] = str(len(body))
                await send(start)
                await send({"type": "http.response.body", "body": body})

        await self._app({**scope, "headers": plain}, receive, gather)

    def rewritten(self, page: bytes) -> bytes:
        title = escape(self._title()).encode()
        ours = (
            b'<head><meta property="og:title" content="%s"><meta property="og:type" content="website">'
            % title
        )
        return _HEAD.sub(ours, _THEIRS.sub(b"", page), count=1)
