"""Text as any database can keep it."""

from pydantic import BeforeValidator


def _storable(text: object) -> object:
    """Return a text without what no database can keep: half characters, zero bytes."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "") if isinstance(text, str) else text


STORABLE = BeforeValidator(_storable)  # stands last in an annotation: it then runs before the lengths
