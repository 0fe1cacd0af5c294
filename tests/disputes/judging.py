"""The labelled cases, each decided as the service would decide it."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.base.money import Money
from app.bootstrap import load_catalogs
from app.domain.catalog import Catalog
from app.domain.checkout import ChosenOption, Draft, DraftLine, LineItem
from app.domain.dispute import Decision, Evidence, Missing, decide
from app.domain.pricing import price_line
from app.resolution.attribution import attributed, number_said

ROOT = Path(__file__).resolve().parents[2]
Case = Mapping[str, Any]


def cases(part: str) -> Sequence[Case]:
    """dev: what the rules were built with; held: a third that was looked at once they were; fresh: written after that."""
    rows: list[Case] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
    old = [row for row in rows if not row.get("fresh")]
    if part == "fresh":
        return [row for row in rows if row.get("fresh")]
    return [row for place, row in enumerate(old) if (place % 3 == 2) == (part == "held")]


@cache
def _catalogs() -> Mapping[str, Catalog]:
    return load_catalogs(ROOT / "catalog")


def judged(case: Case) -> Decision:
    merchant_id, _, product_id = str(case["line"]).partition(".")
    catalog = _catalogs()[merchant_id]
    line = _line(case, catalog, product_id)
    found = attributed(str(case["w"]), line, case.get("others", ()), catalog)
    evidence = Evidence(
        by="tap" if case.get("tap") else case.get("by", "rules"),
        sureness=int(case.get("sure", 95)),
        named=found.named or bool(case.get("edit")),
        suggested=bool(case.get("sug")),
        contradicts=found.contradicts,
        left_out=bool(case.get("left")),
        chosen=bool(case.get("chosen")),
        erased=bool(case.get("erased")),
        asked=None if case.get("tap") else number_said(str(case["w"]), line, None, catalog),
    )
    return decide(case.get("claim", "unwanted"), evidence, missing_of(case, line))


def missing_of(case: Case, line: LineItem) -> Missing | None:
    """`missing`: how many are said not to have come; `back`: how many of the line the shop lacked and paid back."""
    return Missing(int(case["missing"]), line.quantity, int(case.get("back", 0))) if "missing" in case else None


def _line(case: Case, catalog: Catalog, product_id: str) -> LineItem:
    options = tuple(ChosenOption(*option.split(".")) for option in str(case.get("o", "")).split())
    product = catalog.products[product_id]
    groups = {group.id for group in catalog.groups_of(product)}
    draft = DraftLine("line_1", product_id, int(case.get("q", 1)), tuple(o for o in options if o.group_id in groups))
    try:
        return price_line(catalog, Draft(catalog.merchant.id, (draft,)), draft, product)
    except Exception:  # noqa: BLE001 - a choice that the case leaves open
        return LineItem("line_1", product_id, product.category, product.names, draft.quantity, Money(product.price.minor))
