"""What the README says is true: its settings table is the code's, its commands and files exist."""

import re
from pathlib import Path

from app.cli import _parser
from app.demo import DEMO, NEWCOMER
from app.settings import settings_table
from tests.browser.tasks import APP_TAPS, TASKS

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
    for picture in re.findall(r"(?:\]\(|src=\")([\w/]+\.png)", README):
        assert (ROOT / picture).exists(), picture


def test_its_table_of_tasks_is_the_scripts_and_every_task_takes_fewer_taps() -> None:
    table = README.split("<!-- tasks -->")[1].split("<!-- /tasks -->")[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.strip().splitlines()[2:]]
    assert [row[0] for row in rows] == list(TASKS)
    for name, said, turns, taps, _, in_an_app in rows:
        assert said == TASKS[name][0]
        assert in_an_app == f"{len(APP_TAPS[name])}: {', '.join(APP_TAPS[name])}"
        assert int(turns) + int(taps) < len(APP_TAPS[name])
