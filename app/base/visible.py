"""Text as its reader sees it: what shows nothing, turns the writing round or steers a terminal is left out."""

import re

_RANGES = (
    # Controls, but for tabs and line ends.
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029",
    # What joins or parts nothing that is seen, and what turns the direction of writing.
    "\\u00ad\\u034f\\u061c\\u200b\\u200c\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb",
    # Letters that are blank.
    "\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\uffa0",
    # Selectors and tags, which can carry a whole message, private letters, and halves of pairs.
    "\\ufe00-\\ufe0d\\U000e0000-\\U000e0fff\\ue000-\\uf8ff\\U000f0000-\\U0010ffff\\ud800-\\udfff",
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a",
)
# One emoji may be joined to the next; anywhere else a joiner is hidden too.
_PICTURE = "[\\u203c-\\u3299\\U0001f000-\\U0001faff]"
_LONE_JOINER = f"(?<!{_PICTURE})(?<!{_PICTURE}\\ufe0f)\\u200d|\\u200d(?!{_PICTURE})"
_HIDDEN = re.compile(f"[{''.join(_RANGES)}]|{_LONE_JOINER}")
# More marks on one letter than any script has cover the lines above and below it.
_MARK = "[\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff]"
_HEAPED = re.compile(f"({_MARK}{{3}}){_MARK}+")

_LINE_ENDS = re.compile(r"[\n\t]+")


def visible(text: str) -> str:
    """The same text without hidden characters; line ends and tabs stay, and what joins one emoji to the next."""
    return text if text.isascii() and text.isprintable() else _HEAPED.sub(r"\1", _HIDDEN.sub("", text))


def one_line(text: str) -> str:
    """A name or a label: visible, and no line of its own in what it is shown in."""
    return text if text.isascii() and text.isprintable() else _LINE_ENDS.sub(" ", visible(text))


def hidden_in(text: str) -> tuple[str, ...]:
    """The hidden characters of a text as code points ("U+202E"), each once, in their order."""
    return tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in _HIDDEN.findall(text)))
