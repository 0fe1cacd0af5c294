"""Sentences are plain text; Chainlit renders Markdown. Names come from catalogues and customers and must stay what they are."""

import re

from app.base.visible import visible

# What Markdown would take as a mark of its own, anywhere and at the start of a line, and ":name", which its directives swallow.
_MARK = re.compile(r"[\\`*_\[\]<>#|~{}!&]|:(?=[A-Za-z:])")
_FIRST_MARK = re.compile(r"^(?:([-+=])|([0-9]+)([.)]))", re.MULTILINE)
# Four blanks would open a block of code.
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
# Addresses become links even when their marks are escaped: an invisible joiner breaks them.
_ADDRESS = re.compile(r"(?<=https)(?=:)|(?<=http)(?=:)|(?<=\bwww)(?=\.)|(?<=\w)(?=@\w)", re.IGNORECASE)
WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Markdown that shows the text letter by letter: no format, no picture, no link, nothing hidden."""
    flush = _INDENT.sub("", visible(text))
    escaped = _MARK.sub(lambda mark: "\\" + mark[0], flush)
    escaped = _FIRST_MARK.sub(_escape_first, escaped)
    return _ADDRESS.sub(WORD_JOINER, escaped)


def _escape_first(match: re.Match[str]) -> str:
    mark, number, dot = match.groups()
    return f"\\{mark}" if mark else f"{number}\\{dot}"
