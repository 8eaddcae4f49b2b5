"""Orders come from the file that the desk names, with dates that never age."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.connectors import Item, Money, Order, OrderFile, open_orders
from data.desk import Desk
from data.errors import DeskError

ROW: dict[str, Any] = {
    "number": "HB-1000001", "status": "delivered", "placed_days_ago": 9, "eta_in_days": -2,
    "delivered_days_ago": 3,
    "carrier": "UPS", "tracking": "1Z999", "items": [{"product": "fjord-sofa", "quantity": 2}],
    "total": {"amount": 49.5, "currency": "USD"}, "refund": {"amount": 9.0, "currency": "USD"},
}  # fmt: skip


def order_file(tmp_path: Path, *lines: str) -> OrderFile:
    file = tmp_path / "orders.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return OrderFile(file)


def test_an_order_by_value(tmp_path: Path) -> None:
    today = date.today()
    assert order_file(tmp_path, json.dumps(ROW)).find("HB-1000001") == Order(
        number="HB-1000001",
        status="delivered",
        placed=today - timedelta(days=9),
        items=(Item("fjord-sofa", 2),),
        total=Money(49.5, "USD"),
        eta=today - timedelta(days=2),
        delivered=today - timedelta(days=3),
        carrier="UPS",
        tracking="1Z999",
        refund=Money(9.0, "USD"),
    )


def test_what_an_order_has_not_got_is_none(tmp_path: Path) -> None:
    none = dict.fromkeys(("eta_in_days", "delivered_days_ago", "carrier", "tracking", "refund"))
    order = order_file(tmp_path, json.dumps({**ROW, **none})).find("HB-1000001")
    assert order is not None
    assert (order.eta, order.delivered, order.carrier, order.tracking, order.refund) == (None,) * 5


def test_a_day_that_is_today_is_no_missing_day(tmp_path: Path) -> None:
    row = {**ROW, "eta_in_days": 0, "delivered_days_ago": 0}
    order = order_file(tmp_path, json.dumps(row)).find("HB-1000001")
    assert order is not None
    assert (order.eta, order.delivered) == (date.today(), date.today())


@pytest.mark.parametrize("number", ["HB-1000002", "", "hb-1000001", "1000001"])
def test_an_order_that_is_not_there_is_none(number: str, tmp_path: Path) -> None:
    assert order_file(tmp_path, json.dumps(ROW)).find(number) is None


def test_empty_lines_are_no_orders(tmp_path: Path) -> None:
    assert order_file(tmp_path, "", json.dumps(ROW), "").find("HB-1000001") is not None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match=r"nowhere\.jsonl can't be read"):
        OrderFile(tmp_path / "nowhere.jsonl")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match=r"orders\.jsonl can't be read"):
        order_file(tmp_path, "{broken")


def test_a_row_without_a_number_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match=r"orders\.jsonl can't be read"):
        order_file(tmp_path, json.dumps({"status": "shipped"}))


def test_the_desk_says_where_its_orders_are(desk: Desk) -> None:
    assert open_orders(desk).find("HB-2048817") is not None


def test_an_unknown_connector_is_refused(desk: Desk) -> None:
    sap = desk.model_copy(update={"connectors": {"orders": {"kind": "sap"}}})
    with pytest.raises(DeskError, match="unknown order connector 'sap'"):
        open_orders(sap)


OWN = """
class Orders:
    def __init__(self, url: str) -> None:
        self.url = url

    def find(self, number: str) -> str:
        return f"{self.url}/{number}"


class NoOrders:
    find = None
"""


def of(desk: Desk, **settings: Any) -> Desk:
    return desk.model_copy(update={"connectors": {"orders": settings}})


@pytest.fixture
def own_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_orders.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("own_package")
def test_a_class_of_the_company_is_asked(desk: Desk) -> None:
    own = of(desk, kind="own_orders:Orders", url="https://orders.example")
    assert open_orders(own).find("BR-1") == "https://orders.example/BR-1"


@pytest.mark.usefixtures("own_package")
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"kind": "own_orders:Orders"}, "missing 1 required positional argument: 'url'"),
        ({"kind": "own_orders:Order"}, "has no attribute 'Order'"),
        ({"kind": "no_such:Orders"}, "No module named 'no_such'"),
        ({"kind": "own_orders:NoOrders"}, "has no method find"),
    ],
)
def test_a_class_that_can_not_be_made_is_refused(settings: dict[str, Any], reason: str, desk: Desk) -> None:
    with pytest.raises(DeskError, match=reason):
        open_orders(of(desk, **settings))


def test_every_demo_order_can_be_opened(desk: Desk) -> None:
    orders = open_orders(desk)
    lines = (desk.folder / "orders.jsonl").read_text("utf-8").splitlines()
    numbers = [json.loads(line)["number"] for line in lines]
    assert [n for n in numbers if (o := orders.find(n)) is None or o.number != n] == []
