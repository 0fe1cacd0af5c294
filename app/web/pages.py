"""Pages of ours outside the chat, in its colours: plain HTML that works without a script."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from app.base.visible import visible
from app.domain.names import Lang

VOID = frozenset({"input", "link", "meta", "img", "source"})
HTML_LANG = {"en": "en", "zh": "zh-CN"}


def tag(name: str, content: str = "", /, **attributes: str | bool | None) -> str:
    """An element. Attributes are escaped, content is HTML; `True` is an attribute alone, `None` and `False` none at all."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return f"<{name}{written}>" if name in VOID else f"<{name}{written}>{content}</{name}>"


def page(lang: Lang, title: str, body: str, script: str = "", style: str = "") -> str:
    """`script` is the address of what makes the page more comfortable, not possible; `style` that of more than all pages share."""
    head = (
        tag("meta", charset="utf-8")
        + tag("meta", name="viewport", content="width=device-width, initial-scale=1")
        + tag("title", escape(f"{title} · Usual"))
        + tag("link", rel="icon", href="/favicon", type="image/svg+xml")
        + tag("link", rel="stylesheet", href="/pages/theme.css")
        + tag("link", rel="stylesheet", href="/public/css/page.css")
        + (tag("link", rel="stylesheet", href=style) if style else "")
        + (tag("script", src=script, type="module") if script else "")
    )
    return "<!doctype html>" + visible(tag("html", tag("head", head) + tag("body", body), lang=HTML_LANG[lang]))


def theme_css(theme: Path) -> str:
    """The chat's own colours, light or dark as the reader's system is."""
    variables: Mapping[str, Mapping[str, str]] = json.loads(theme.read_text(encoding="utf-8"))["variables"]
    light, dark = (";".join(f"{name}:{value}" for name, value in variables[mode].items()) for mode in ("light", "dark"))
    return f":root{{color-scheme:light;{light}}}@media (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}"
