"""The company's own systems: what Frontdesk asks of them, and the demo's order file."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Protocol

from data.desk import Desk, OrderStatus
from data.errors import DeskError


@dataclass(frozen=True)
class Item:
    product: str  # id in the catalogue
    quantity: int


@dataclass(frozen=True)
class Money:
    amount: float
    currency: str  # ISO 4217


@dataclass(frozen=True)
class Order:
    """An order as the order system knows it; holds no name, address or contact of the customer."""

    number: str
    status: OrderStatus
    placed: date
    items: tuple[Item, ...]
    total: Money
    eta: date | None = None
    delivered: date | None = None
    carrier: str | None = None
    tracking: str | None = None
    refund: Money | None = None


class Orders(Protocol):
    """What an order system must offer."""

    def find(self, number: str) -> Order | None:
        """Return the order with a number in the desk's format, or None if there is none."""


class OrderFile:
    """Orders from a JSONL file, their dates relative to today, so that a demo never ages."""

    def __init__(self, file: Path) -> None:
        try:
            rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
            self._rows: dict[str, dict[str, Any]] = {row["number"]: row for row in rows}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DeskError(f"the order file {file} can't be read: {error!r}") from error

    def find(self, number: str) -> Order | None:
        row = self._rows.get(number)
        if row is None:
            return None
        return Order(
            number=row["number"],
            status=row["status"],
            placed=_days_from_now(-row["placed_days_ago"]),
            items=tuple(Item(**item) for item in row["items"]),
            total=Money(**row["total"]),
            eta=None if row["eta_in_days"] is None else _days_from_now(row["eta_in_days"]),
            delivered=None
            if row["delivered_days_ago"] is None
            else _days_from_now(-row["delivered_days_ago"]),
            carrier=row["carrier"],
            tracking=row["tracking"],
            refund=Money(**row["refund"]) if row["refund"] else None,
        )


def open_orders(desk: Desk) -> Orders | None:
    """Return the order connector that desk.yaml names: the demo's file, or a class of the company's own.

    None where it names none: what needs an order is a person's then.

    Raises DeskError where there is none of that name, or it does not take the settings beside `kind`.
    """
    if not desk.has_order_system:
        return None
    settings = dict(desk.connectors["orders"])
    kind = settings.pop("kind")
    if kind == "jsonl":
        return OrderFile(desk.folder / settings["path"])
    if ":" not in kind:
        raise DeskError(
            f"unknown order connector {kind!r} in {desk.folder / 'desk.yaml'}; "
            "known are jsonl, and package.module:Class of your own"
        )
    try:
        orders: Orders = resolve_name(kind)(**settings)
        find = orders.find
    except Exception as error:  # whatever its module does when it is loaded
        raise DeskError(
            f"the order connector {kind!r} of {desk.folder / 'desk.yaml'} can't be made with "
            f"{sorted(settings)}: {type(error).__name__}: {error}"
        ) from error
    if not callable(find):
        raise DeskError(f"the order connector {kind!r} has no method find(number)")
    return orders


def _days_from_now(days: int) -> date:
    return date.today() + timedelta(days=days)
