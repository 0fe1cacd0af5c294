"""What the README says is true: its settings table is the code's, its commands and files exist."""

import re
from pathlib import Path

from app.cli import _parser
from app.demo import DEMO, NEWCOMER
from app.settings import settings_table

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_settings_table_is_the_codes() -> None:
    table = README.split("<!-- settings -->")[1].split("<!-- /settings -->")[0]
    assert table.strip() == settings_table().strip(), "put the output of `usual settings` between the marks"


def test_every_command_it_names_is_there() -> None:
    helped = _parser().format_help()
    for command in re.findall(r"(?:bin/|`)usual ([a-z]+)", README):
        assert command in helped, command
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|    )make ([a-z]+)", README):
        assert f"\n{target}:" in makefile or target in ("run", "test"), target


def test_the_demo_signs_in_as_it_says() -> None:
    assert f"`{DEMO.username}` (password `{DEMO.password}`, PIN `{DEMO.pin}`)" in README
    assert f"`{NEWCOMER.username}` (same password)" in README
    assert DEMO.password == NEWCOMER.password


def test_every_room_and_picture_it_names_is_there() -> None:
    for name in re.findall(r"`(app/[\w/.]+)`", README):
        assert (ROOT / name).exists(), name
    for picture in re.findall(r"\]\(([\w/]+\.png)\)", README):
        assert (ROOT / picture).exists(), picture
