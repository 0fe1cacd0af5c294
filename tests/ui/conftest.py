"""Customers at the chat over the fake service."""

from collections.abc import Iterator

import pytest

from tests.ui.fake import FakeUsual
from tests.ui.fake_values import PASSWORD
from tests.ui.serving import Served, Visitor, served, stop
from tests.ui.socket_client import Chatter


@pytest.fixture(scope="session")
def service() -> Iterator[Served]:
    yield served()
    stop()


@pytest.fixture
def usual(service: Served) -> FakeUsual:
    """The service behind the server, as new."""
    usual = service.usual
    usual.reset()
    return usual


@pytest.fixture
def address(service: Served, usual: FakeUsual) -> str:
    return service.address


@pytest.fixture
def visitor(address: str) -> Iterator[Visitor]:
    with Visitor(address) as visitor:
        yield visitor


@pytest.fixture
def chat(address: str) -> Iterator[Chatter]:
    with Chatter(address, "demo", PASSWORD) as chatter:
        yield chatter
