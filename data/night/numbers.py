"""What the numbers in a draft's dialogues are called: of orders, bookings, accounts."""

from data.night.topics import Draft

ORDER = {"order_number": {"zh": "订单号"}}  # such a slot needs not say what it is called
UNNAMED = {"en": "number", "zh": "号码"}
JOINED = {"en": " or ", "zh": "或"}


def numbers_called(draft: Draft, language: str) -> str:
    """Return what customers call the numbers that a draft's slots are: "booking number", 预订号."""
    names = [_called(name, slot, language) for name, slot in draft.get("slots", {}).items()]
    names = [name for name in dict.fromkeys(names) if name]
    return JOINED.get(language, " / ").join(names) or UNNAMED.get(language, UNNAMED["en"])


def _called(name: str, slot: dict[str, dict[str, list[str]]], language: str) -> str:
    """Return a slot's name, in English its id and in other languages what it says it is called."""
    if language == "en":
        return name.replace("_", " ")
    called = slot.get("called", {}).get(language, ())
    return max(called, key=len, default=ORDER.get(name, {}).get(language, ""))
