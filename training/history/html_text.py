"""The text of a message that was sent as HTML."""

import re
from html.parser import HTMLParser

_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "ul", "ol")
_SILENT = ("script", "style", "head")
_LOOKS_LIKE = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-z]+|#\d+);")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._silent <= 0:
            self.parts.append(data)


def text_of(html: str) -> str:
    """Return what is read of HTML, a line for each block; text without tags comes back as it is."""
    if not _LOOKS_LIKE.search(html):
        return html.strip()
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
