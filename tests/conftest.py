"""What more than one test module needs."""

from pathlib import Path

import pytest

from data.desk import Desk, load_desk


@pytest.fixture(scope="session")
def desk() -> Desk:
    return load_desk(Path("data/shop"))
