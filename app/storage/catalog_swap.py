"""A merchant's folder is put in place whole: killed at any moment, it is the old one or the new one."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def put_folder(root: Path, name: str, files: Mapping[str, str]) -> Path:
    """Write the files beside and give them the folder's name. Raises OSError; the folder is as it was then."""
    target, beside, old = root / name, root / f".{name}.{os.getpid()}.new", root / f".{name}.old"
    try:
        root.mkdir(parents=True, exist_ok=True)
        recover(root)
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        for file, text in files.items():
            put_file(beside / file, text.encode())
        if target.exists():
            target.rename(old)
        beside.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    except OSError:
        recover(root)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def put_file(path: Path, content: bytes) -> None:
    """The file holds all of this, or what it held before, also when the machine stops in the middle."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def recover(root: Path) -> None:
    """End what was killed between its two renames: where the folder is missing, the old one comes back."""
    for old in root.glob(".*.old"):
        target = root / old.name.removeprefix(".").removesuffix(".old")
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)
