"""What stands before Chainlit's own routes: our face, two languages, shut doors."""

import json
from pathlib import Path

import chainlit.config
import pytest

from app.ui.doors import SHUT, translation
from app.ui.hosting import PUBLIC
from tests.ui.serving import Visitor


@pytest.mark.parametrize("path", ["/favicon", "/logo?theme=light", "/logo?theme=dark", "/avatars/Usual", "/avatars/default"])
def test_the_pictures_are_ours(path: str, visitor: Visitor) -> None:
    answer = visitor.get(path)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert 'aria-label="Usual"' in answer.text


@pytest.mark.parametrize(
    ("language", "word"),
    [("zh-CN", "登录 Usual"), ("zh-TW", "登录 Usual"), ("en-GB", "Sign in to Usual"), ("fr-FR", "Sign in to Usual")],
)
def test_every_browser_gets_english_or_chinese(language: str, word: str, visitor: Visitor) -> None:
    got = visitor.get(f"/project/translations?language={language}").json()["translation"]
    assert got["auth"]["login"]["title"] == word


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_our_translations_have_every_key_that_chainlit_has(language: str) -> None:
    original = json.loads((Path(chainlit.config.TRANSLATIONS_DIR) / f"{language}.json").read_text(encoding="utf-8"))
    assert _keys(translation(language)) == _keys(original)


@pytest.mark.parametrize(("method", "path"), SHUT)
def test_what_this_house_does_not_offer_is_not_there(method: str, path: str, visitor: Visitor) -> None:
    answer = visitor.request(method, path.replace("{rest:path}", "x"), json={} if method != "GET" else None)
    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), SHUT)
def test_every_shut_door_is_one_that_chainlit_has(method: str, path: str) -> None:
    from chainlit.server import router

    known = {(method, route.path) for route in router.routes for method in getattr(route, "methods", None) or ()}
    assert any(kind == method and _same(path, there) for kind, there in known)


def test_uploads_and_tools_of_others_are_off(visitor: Visitor) -> None:
    features = visitor.get("/project/settings?language=en-US").json()["features"]
    assert features["spontaneous_file_upload"]["enabled"] is False
    assert features["mcp"]["enabled"] is False
    assert features["unsafe_allow_html"] is False
    assert features["edit_message"] is False


def test_files_outside_the_public_folder_stay_outside(visitor: Visitor) -> None:
    assert visitor.get("/public/usual.css").status_code == 200
    assert visitor.get("/public/..%2f..%2fsettings.py").status_code in (400, 404)


def test_the_theme_names_no_font_of_another_host() -> None:
    theme = json.loads((PUBLIC / "theme.json").read_text(encoding="utf-8"))
    assert theme["custom_fonts"] == []
    assert theme["variables"]["light"].keys() == theme["variables"]["dark"].keys()


def _keys(node: object, path: str = "") -> set[str]:
    if not isinstance(node, dict):
        return {path}
    return {key for name, child in node.items() for key in _keys(child, f"{path}.{name}")}


def _same(ours: str, theirs: str) -> bool:
    return ours.split("{")[0].rstrip("/") == theirs.split("{")[0].rstrip("/")
