"""What is remembered of erased texts: enough to know one again, too little to read it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

import data.night.tables  # noqa: F401 - after these, all tables are known
from data.tables import Base, now


class ErasedText(Base):
    """A text that training may have had, as a salted hash; `turn` is the number that its message had."""

    __tablename__ = "erased_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), index=True)
    turn: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(default=now)


class ErasureSalt(Base):
    """The one salt of all hashes; without it nobody can try out which texts were erased."""

    __tablename__ = "erasure_salt"

    id: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
