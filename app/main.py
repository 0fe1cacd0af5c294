"""Chainlit's target. `chainlit run app/main.py` starts our own server in its place: Chainlit's lacks the routes that pay."""

from app import server
from app.ui import hosting

if not hosting.register_chat():
    server.take_over()
