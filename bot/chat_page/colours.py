"""The desk's one accent colour, made readable on whatever it meets (WCAG AA and a bit more)."""

Rgb = tuple[float, float, float]  # 0 to 255

WHITE: Rgb = (255, 255, 255)
INK: Rgb = (23, 25, 27)  # text on a light ground, and the ground of the dark page
BUBBLE: Rgb = (240, 240, 237)  # the darkest light ground that the accent is written on
DARK_BUBBLE: Rgb = (42, 45, 48)  # the lightest dark ground
READABLE = 5.5  # contrast; AA asks for 4.5, which small text barely gets by with


def accent_variables(accent: str) -> str:
    """Return the CSS variables of an accent such as #2f6f5e: fill, text on it, and itself as text."""
    fill = _rgb(accent)
    on_fill = max((WHITE, INK), key=lambda c: contrast(c, fill))
    variables = {
        "--accent": fill,
        "--on-accent": on_fill,
        "--accent-text": _until_readable(fill, on=BUBBLE, towards=INK),
        "--accent-text-dark": _until_readable(fill, on=DARK_BUBBLE, towards=WHITE),
    }
    return ";".join(f"{name}:rgb({r:.0f} {g:.0f} {b:.0f})" for name, (r, g, b) in variables.items())


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the WCAG contrast of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _until_readable(colour: Rgb, on: Rgb, towards: Rgb) -> Rgb:
    for step in range(21):
        share = step / 20
        r, g, b = (c + share * (t - c) for c, t in zip(colour, towards, strict=True))
        if contrast((r, g, b), on) >= READABLE:
            return r, g, b
    return towards


def _luminance(colour: Rgb) -> float:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _rgb(code: str) -> Rgb:
    r, g, b = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    return r, g, b
