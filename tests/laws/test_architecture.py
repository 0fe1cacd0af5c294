"""The laws that a machine can hold."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"


def modules(*rooms: str) -> list[Path]:
    folders = [APP / room for room in rooms] if rooms else [APP]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_float_in_base_and_domain() -> None:
    for path in modules("base", "domain"):
        for node in ast.walk(parsed(path)):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{path}:{node.lineno}"
            assert not (isinstance(node, ast.Name) and node.id == "float"), f"{path}:{node.lineno}"
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), f"{path}:{node.lineno}"
            assert not (isinstance(node, ast.Attribute) and node.attr in ("timestamp", "total_seconds")), f"{path}:{node.lineno}"


CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime"}
IDS = {"uuid4", "uuid.uuid4", "uuid1", "uuid.uuid1", "secrets.token_hex", "random.random", "os.urandom", "secrets.randbits"}


def test_no_clock_but_ours() -> None:
    for path in modules():
        if path == APP / "base" / "clock.py":
            continue
        for node, name in calls(parsed(path)):
            assert name not in CLOCKS, f"{path}:{node.lineno} reads {name}"


def test_no_ids_but_ours_below_the_faces() -> None:
    rooms = ("base", "domain", "dialogue", "lookup", "understanding", "resolution", "skills", "service", "storage", "merchants")
    for path in modules(*rooms):
        if path in (APP / "base" / "ids.py", APP / "storage" / "chat_history.py"):
            continue
        for node, name in calls(parsed(path)):
            assert name not in IDS, f"{path}:{node.lineno} calls {name}"


def test_only_the_writer_opens_a_transaction_to_write() -> None:
    users = [path for path in modules() for _, name in calls(parsed(path)) if name.endswith(".writing")]
    assert users == [APP / "storage" / "writer.py"]


def test_one_place_commits_what_the_service_changes_and_one_what_the_chat_recalls() -> None:
    commits = {
        path
        for path in modules()
        for _, name in calls(parsed(path))
        if name.endswith((".commit", "engine.begin")) and "writer" not in name
    }
    # The schema's own commit comes before anything is in the tables.
    rooms = {"database.py", "writer.py", "chat_history.py", "schema.py"}
    assert commits == {APP / "storage" / room for room in rooms}


def test_every_error_has_a_code_of_its_own_and_a_sentence_in_both_languages() -> None:
    for path in modules():
        # Both are run by a program of somebody else.
        if path not in (APP / "main.py", APP / "storage" / "migrations" / "env.py"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    from app.base.errors import Refusal, UsualError
    from app.dialogue.wording import wording

    def below(kind: type[UsualError]) -> Iterator[type[UsualError]]:
        for child in kind.__subclasses__():
            if child.__module__.startswith("app."):
                yield child
            yield from below(child)

    codes = [kind.code for kind in below(UsualError)]
    assert len(codes) == len(set(codes)), sorted(code for code in codes if codes.count(code) > 1)
    for kind in below(Refusal):
        assert f"refusal.{kind.code}" in wording("en"), kind.code
        assert f"refusal.{kind.code}" in wording("zh"), kind.code


@pytest.mark.parametrize("room", ["dialogue", "skills", "service"])
def test_no_sentence_is_said_outside_the_wording_files(room: str) -> None:
    """A Chinese sentence in the code is one that has no English."""
    for path in modules(room):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "。" in node.value:
                pytest.fail(f"{path}:{node.lineno}")
