"""What the numbers in a draft's dialogues are called."""

import pytest

from data.night.numbers import numbers_called

BOOKING = {"example": "RES-20488", "called": {"en": ["booking"], "zh": ["预订", "预订号"]}}


@pytest.mark.parametrize(
    ("slots", "en", "zh"),
    [
        ({"booking_number": BOOKING}, "booking number", "预订号"),
        ({"order_number": {"example": "HB-2048817"}}, "order number", "订单号"),
        (
            {"order_number": {}, "account_number": {"called": {"zh": ["账号"]}}},
            "order number or account number",
            "订单号或账号",
        ),
        ({}, "number", "号码"),
    ],
)
def test_numbers_are_called_as_their_slots(slots: dict[str, object], en: str, zh: str) -> None:
    draft = {"slots": slots}
    assert (numbers_called(draft, "en"), numbers_called(draft, "zh")) == (en, zh)
