"""Nights that nobody has had: a good one in both languages, one full of attacks, some that ended early."""

import json
from pathlib import Path
from typing import Any

Night = dict[str, Any]
SCRIPT = '<script>alert("1")</script><img src=x onerror=alert(2)>'
ODD = f"{SCRIPT}\x00\x1b\u202e\ud800&amp;'\"`\n"


def good_night() -> Night:
    """Return a night whose release was kept, with all there is to say."""
    return dict(json.loads(Path(__file__).with_name("night.json").read_text("utf-8")))


def live_night() -> Night:
    """Return the same night as if the gate had let its release through."""
    night = good_night()
    for check in night["checks"]:
        check["passed"] = True
    return {**night, "outcome": "live"}


def evil_night() -> Night:
    """Return a night with an attack in every text and key, and very much of everything."""
    night = _with(good_night(), ODD)
    night |= {"outcome": "kept", "began": "2026-11-30T02:00:04+00:00", "ended": ODD}
    night["changes"] = [dict(night["changes"][n % 7], count=5000 - n) for n in range(5000)]
    night["changes"][0]["text"] = "a" * 100_000
    night["intents"] = [dict(night["intents"][n % 14], id=f"{ODD}{n}") for n in range(400)]
    night["suspects"] *= 200
    night["scripted"] *= 40
    night["checks"] *= 10
    night["former"] *= 30
    night["learned"]["by_author"] = {f"{ODD}{n}": {"examples": n, "kept_out": n % 2} for n in range(300)}
    night["figures"][ODD] = {ODD: {"live": float("nan"), "candidate": 10**400, "n": None}}
    return night


def _with(value: Any, odd: str) -> Any:
    """Return a value with something odd added to each text in it that is no key."""
    if isinstance(value, dict):
        return {name: _with(v, odd) for name, v in value.items()}
    if isinstance(value, list):
        return [_with(v, odd) for v in value]
    return value + odd if isinstance(value, str) else value


def failed_night() -> Night:
    """Return a night that failed while it learned."""
    night = good_night()
    early = ("night", "desk", "desk_name", "began", "ended", "before", "options", "learned", "former")
    return {
        **{name: night[name] for name in early}, "outcome": "failed", "release": None, "checks": [],
        "error": "the release could not be built: no space left on device", "stages": night["stages"][:2],
    }  # fmt: skip


def empty_night() -> Night:
    """Return a night of which every list and object is empty."""
    return {
        name: type(value)() if isinstance(value, list | dict) else None
        for name, value in good_night().items()
    }
