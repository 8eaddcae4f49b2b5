"""Numbers of things, as people say them."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 dialogue" or "2,000 dialogues"; `many` is what an s does not make."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
