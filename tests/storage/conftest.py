"""A database server that a test may kill."""

from collections.abc import Iterator

import pytest

from tests.postgres import Server


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.kill()
