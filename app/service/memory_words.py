"""What is remembered of a customer, as a view: each thing with a button that has it forgotten."""

from collections.abc import Iterable, Sequence

from app.dialogue.wording import say
from app.domain.allergen import Allergen
from app.domain.memory import Remembered
from app.domain.names import Lang
from app.service.views import ShelfRow, ShelfSection, ShelfView


def memory_view(allergens: Iterable[Allergen], preferences: Sequence[Remembered], lang: Lang) -> ShelfView:
    rows = {
        "allergen": tuple(_row(f"allergen:{code}", say(lang, f"allergen.{code}"), "allergen", lang) for code in sorted(allergens))
    }
    for kind in ("option", "note"):
        rows[kind] = tuple(_row(one.id, one.text, kind, lang) for one in preferences if one.kind == kind)
    return ShelfView(
        id="memory",
        lang=lang,
        title=say(lang, "memory.title"),
        sections=tuple(ShelfSection(say(lang, f"memory.section.{kind}"), found) for kind, found in rows.items() if found),
        tap="forget",
        empty=say(lang, "memory.empty"),
        labels={name: say(lang, f"shelf.labels.{name}") for name in ("replaced", "failed")},
        hint=say(lang, "memory.hint"),
    )


def _row(key: str, title: str, kind: str, lang: Lang) -> ShelfRow:
    return ShelfRow(key, title, (say(lang, f"memory.does.{kind}"),), action=say(lang, "memory.forget"))
