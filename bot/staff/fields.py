"""What every text and every day that staff send has to be."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field


def _storable(text: object) -> object:
    """Return a text without what no database can keep: half characters, zero bytes."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "") if isinstance(text, str) else text


STORABLE = BeforeValidator(_storable)  # stands last in an annotation: it then runs before the lengths
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]  # one of the desk's calendar
