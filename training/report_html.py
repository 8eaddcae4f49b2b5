"""A report's parts → one HTML page that needs nothing else, loads nothing and runs nothing."""

import base64
from collections.abc import Iterable
from html import escape

from training.report_style import STYLE

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # a text may hold anything


def html_page(title: str, body: str, style: str = "") -> str:
    """Return the page; `title` is escaped here, and `body` must be HTML that is safe already."""
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{escape(title)}</title>
<style>{STYLE}{style}</style>
{body}
</html>
"""


def table(head: str, rows: Iterable[str], kind: str = "") -> str:
    """Return a table that scrolls by itself where it is wider than the page."""
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="wide"><table{kind}>{body}</table></div>'


def picture(png: bytes, caption: str, wide: bool = False) -> str:
    """Return a picture within the page; its caption is said to those who do not see it, too."""
    data, said = base64.b64encode(png).decode(), escape(caption)
    kind = ' class="all"' if wide else ""
    return (
        f'<figure{kind}><img alt="{said}" src="data:image/png;base64,{data}">'
        f"<figcaption>{said}</figcaption></figure>"
    )
