"""Customers at the routes beside the chat, over the fake service."""

from tests.ui.conftest import address, service, usual, visitor

__all__ = ["address", "service", "usual", "visitor"]
