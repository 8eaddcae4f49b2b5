"""What every text and every day that staff send has to be."""

from datetime import date
from typing import Annotated

from pydantic import Field

from data.storable import STORABLE as STORABLE

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]  # one of the desk's calendar
