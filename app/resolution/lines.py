"""A line as it was said → a line of a draft, a line that needs a choice, or nothing that is on sale."""

from dataclasses import dataclass

from app.dialogue.reading import LineReading
from app.dialogue.state import PendingLine
from app.domain.catalog import Catalog
from app.domain.checkout import DraftLine
from app.resolution.options import choose_options
from app.resolution.products import Ambiguous, NoMatch, resolve_product


@dataclass(frozen=True, slots=True)
class NotSold:
    """Words that name nothing in the catalogue."""

    words: str


def resolve_line(reading: LineReading, catalog: Catalog, line_id: str) -> DraftLine | PendingLine | NotSold:
    """Quantity is one unless said; options that the product lacks become its note."""
    if reading.item is None:
        return NotSold(reading.options[0].span.text if reading.options else "")
    quantity = 1 if reading.quantity is None else reading.quantity.value
    found = resolve_product(reading.item, catalog.merchant.id)
    if isinstance(found, NoMatch):
        return NotSold(found.words)
    if isinstance(found, Ambiguous):
        notes = [span.text for span in reading.notes]
        return PendingLine(
            words=reading.item.span.text,
            quantity=quantity,
            product_ids=found.product_ids,
            mentions=reading.options,
            note="; ".join(notes) or None,
        )
    return line_of(reading, catalog, found.product_id, quantity, line_id)


def line_of(reading: LineReading, catalog: Catalog, product_id: str, quantity: int, line_id: str) -> DraftLine:
    choices = choose_options(catalog, catalog.products[product_id], reading.options)
    product = catalog.products[product_id]
    notes = [*(span.text for span in reading.notes), *choices.notes]
    if reading.weight is not None and product.measure is None:
        notes.append(reading.weight.span.text)
    return DraftLine(
        id=line_id,
        product_id=product_id,
        quantity=quantity,
        options=choices.options,
        note="; ".join(notes) or None,
        suggested=reading.item is not None and reading.item.suggested,
        grams=reading.weight.grams if reading.weight is not None and product.measure is not None else None,
    )


def chosen_line(pending: PendingLine, catalog: Catalog, product_id: str, line_id: str) -> DraftLine:
    """The pending line once its product was chosen."""
    choices = choose_options(catalog, catalog.products[product_id], pending.mentions)
    notes = [*([pending.note] if pending.note else []), *choices.notes]
    return DraftLine(line_id, product_id, pending.quantity, choices.options, "; ".join(notes) or None)
