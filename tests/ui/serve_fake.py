"""Serve the chat over the fake service: `python -m tests.ui.serve_fake`, for looking at screens."""

import os

from app.server import serve
from app.settings import load_settings
from tests.ui.fake import FakeUsual

if __name__ == "__main__":
    serve(FakeUsual(load_settings(os.environ)))
