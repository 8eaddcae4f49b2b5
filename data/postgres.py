"""Lets PostgreSQL keep any text: it has no NUL character, so that one is left out."""

from typing import Any

from psycopg.types.string import StrDumperUnknown


class _Text(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", ""))


def prepare_postgres(connection: Any, _record: object) -> None:
    """Make a new connection of psycopg leave out what no text there can hold."""
    connection.adapters.register_dumper(str, _Text)
