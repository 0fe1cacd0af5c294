"""The real server behind which each conversation sets its own stage."""

from collections.abc import Iterator

import pytest

from tests.socket.serving import StageDoor, serving


@pytest.fixture(scope="package")
def door() -> Iterator[StageDoor]:
    with serving() as opened:
        yield opened
