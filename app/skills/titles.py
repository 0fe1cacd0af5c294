"""A whole draft as one choice of a list."""

from app.dialogue.state import Choice
from app.dialogue.wording import joined
from app.domain.checkout import Draft
from app.domain.names import LANGS, Lang, Names
from app.skills.world import World


def draft_choice(draft: Draft, world: World) -> Choice:
    """Titled by what it buys, pictured by its first line."""
    catalog = world.catalogs[draft.merchant_id]

    def title(lang: Lang) -> str:
        parts = [f"{line.quantity} × {catalog.products[line.product_id].names.display(lang)}" for line in draft.lines]
        return joined(parts, lang)

    titles = {lang: (title(lang),) for lang in LANGS}
    picture = catalog.products[draft.lines[0].product_id].category
    return Choice(Names(titles["en"], titles["zh"]), picture=picture, draft=draft)
