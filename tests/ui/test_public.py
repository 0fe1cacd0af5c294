"""The cards' own files: they speak no sentence of their own, name no other host, and use only words that exist."""

import re
from pathlib import Path

import pytest

from app.dialogue.wording import wording
from app.domain.names import LANGS, Lang
from app.ui.cards import ELEMENT_NAMES
from app.ui.hosting import PUBLIC

SCRIPTS = sorted([*PUBLIC.rglob("*.js"), *PUBLIC.rglob("*.jsx")])
LABEL = re.compile(r"labels\.(\w+)")
# Which view's labels a file may use: the shared forms stand on a card and in the wallet.
# What the card of an export says, and what the card of an erasure does.
EXPORT_LABELS = {"download"}
VIEWS = {
    "OrderCard.jsx": ["card"],
    "ChoiceList.jsx": ["choices"],
    "OrderList.jsx": ["orders"],
    "Receipt.jsx": ["receipt"],
    "Spending.jsx": ["spending"],
    "Shelf.jsx": ["shelf"],
    "Wallet.jsx": ["wallet"],
    "StandingCard.jsx": ["standing"],
    "GuardianCard.jsx": ["guardian"],
    "editing.js": ["card"],
    "passkey.js": ["card"],
}
SHARED = {"replaced": ["card"], "payee": ["card", "receipt"]}


def test_every_view_has_its_element() -> None:
    files = {path.stem for path in (PUBLIC / "elements").glob("*.jsx")}
    assert files == set(ELEMENT_NAMES.values())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_file_names_another_host_or_calls_a_model(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?://", text)
    assert "eval(" not in text
    assert "innerHTML" not in text


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_sentence_is_made_in_the_browser(path: Path) -> None:
    code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"[\u4e00-\u9fff¥€]|\$(?![{/])", code)
    assert not re.search(r">\s*[A-Z][a-z]+ [a-z]+[^<{}=]*<", code)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_label_that_is_used_is_worded(path: Path, lang: Lang) -> None:
    for label in set(LABEL.findall(path.read_text(encoding="utf-8"))):
        data = ["data.export"] if label in EXPORT_LABELS else ["data.erase"]
        views = data if path.name == "DataCard.jsx" else VIEWS.get(path.name) or SHARED.get(label, ["card", "wallet"])
        missing = [view for view in views if f"{view}.labels.{label}" not in wording(lang)]
        assert not missing, f"{label} of {path.name}"


def test_no_script_keeps_the_pin() -> None:
    for path in SCRIPTS:
        assert not re.search(r"localStorage|sessionStorage|document\.cookie|console\.", path.read_text(encoding="utf-8")), path


def test_files_are_short() -> None:
    for path in [*SCRIPTS, *PUBLIC.rglob("*.css")]:
        assert len(path.read_text(encoding="utf-8").splitlines()) < 400, path
