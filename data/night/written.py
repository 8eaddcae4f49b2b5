"""What people may write of a topic, its title and its answer, checked alike wherever it is written."""

from typing import Annotated

from pydantic import StringConstraints, TypeAdapter, ValidationError

from data.errors import VerdictError
from data.plain_errors import plainly
from data.storable import STORABLE

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), STORABLE]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1500), STORABLE]
_ANSWER = TypeAdapter[str](Answer)


def checked_answer(text: str) -> str:
    """Return an answer as it is kept; raises VerdictError where it is too long."""
    try:
        return _ANSWER.validate_python(text)
    except ValidationError as error:
        raise VerdictError(f"the answer can't be kept: {plainly(error)}") from error
