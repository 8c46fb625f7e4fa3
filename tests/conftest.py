"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("virtgate", deadline=None)
settings.load_profile("virtgate")

# The files that take longest, in this order: beside them there is time for all others.
LONGEST = ("test_xen_live.py", "test_cli.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    places = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def require() -> Callable[[object, str], None]:
    """Skips a test whose condition does not hold; fails it where VIRTGATE_REQUIRE_REAL is set."""

    def check(condition: object, reason: str) -> None:
        if condition:
            return
        if os.environ.get("VIRTGATE_REQUIRE_REAL"):
            pytest.fail(reason)
        pytest.skip(reason)

    return check
