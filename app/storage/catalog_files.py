"""Merchants' folders → catalogues. Every error is found in one go, each with file, row and field."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import TypeAdapter, ValidationError

from app.base.errors import Misuse
from app.base.money import Money
from app.domain.allergen import AllergenStatement
from app.domain.booking import BookingTerms
from app.domain.cancellation import CancelPolicy
from app.domain.catalog import (
    Catalog,
    Category,
    ComboSlot,
    FulfilmentOption,
    HoursRule,
    Merchant,
    Option,
    OptionGroup,
    Product,
)
from app.domain.coupon import ClaimWindow, Coupon
from app.domain.geo import Place, Point
from app.domain.measure import Measure
from app.domain.names import Names
from app.domain.ride import Fare
from app.domain.settlement import FeePlan
from app.storage.catalog_format import (
    AllergensRow,
    BookingRow,
    CouponRow,
    FareRow,
    HoursRow,
    MerchantFile,
    NamesRow,
    OptionGroupRow,
    PlaceRow,
    PointRow,
    ProductRow,
    TextRow,
)
from app.storage.catalog_swap import recover

DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)}
FILES: Mapping[str, tuple[Any, bool]] = {
    "merchant.json": (MerchantFile, True),
    "options.json": (list[OptionGroupRow], False),
    "products.json": (list[ProductRow], True),
    "coupons.json": (list[CouponRow], False),
    "places.json": (list[PlaceRow], False),
}


# Where each file's rows lie in a folder that was read.
TARGETS = {
    "merchant.json": "merchant",
    "options.json": "groups",
    "products.json": "products",
    "coupons.json": "coupons",
    "places.json": "places",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a catalogue file. `row` is the id of the row where it has one, else its place from 1."""

    file: str
    row: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.row or '-'}: {self.field or '-'}: {self.message}"


class CatalogBroken(Misuse):
    """A catalogue that can't be used, with all its faults."""

    code = "catalog_broken"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(faults="\n".join(map(str, self.faults)))


@dataclass
class _Folder:
    """What of a folder could be read."""

    path: Path
    merchant: MerchantFile | None = None
    groups: list[OptionGroupRow] = field(default_factory=list)
    products: list[ProductRow] = field(default_factory=list)
    coupons: list[CouponRow] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)


def load_catalogs(root: Path) -> dict[str, Catalog]:
    """Every merchant's folder below `root`, by merchant id. Raises CatalogBroken with the faults of all of them."""
    recover(root)
    catalogs, faults = read_catalogs(root)
    if faults:
        raise CatalogBroken(faults)
    return catalogs


def read_catalogs(root: Path) -> tuple[dict[str, Catalog], list[Fault]]:
    """The whole catalogues below `root`, and the faults of the others."""
    folders = sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")) if root.is_dir() else []
    if not folders:
        return {}, [Fault(str(root), "", "", "holds no merchant's folder")]
    catalogs, faults = {}, []
    for path in folders:
        folder, found = _read(path)
        found += list(_cross_check(folder))
        faults += found
        if not found and folder.merchant is not None:
            catalogs[folder.merchant.id] = _build(folder, folder.merchant)
    return catalogs, faults


def empty_categories(catalogs: Iterable[Catalog]) -> list[Fault]:
    """Categories that nothing is sold in: a shop runs with them, but whoever keeps its files will want to know."""
    return [
        Fault(f"{catalog.merchant.id}/merchant.json", category.id, "categories", "nothing is sold in it")
        for catalog in catalogs
        for category in catalog.categories
        if all(product.category != category.id for product in catalog.products.values())
    ]


def json_schema() -> dict[str, Any]:
    """The published schema: one definition for each file of a merchant's folder."""
    adapters = [(name, "validation", TypeAdapter(kind)) for name, (kind, _) in FILES.items()]
    refs, schema = TypeAdapter.json_schemas(adapters, title="A merchant's catalogue")  # type: ignore[arg-type]
    schema["properties"] = {name: ref for (name, _), ref in refs.items()}
    return schema


def _read(path: Path) -> tuple[_Folder, list[Fault]]:
    folder, faults = _Folder(path), []
    for name, (kind, is_required) in FILES.items():
        file, label = path / name, f"{path.name}/{name}"
        if not file.exists():
            if is_required:
                faults.append(Fault(label, "", "", "is missing"))
            continue
        try:
            raw = json.loads(file.read_text(encoding="utf-8"))
            setattr(folder, TARGETS[name], TypeAdapter(kind).validate_python(raw))
        except ValidationError as invalid:
            faults += [_fault(label, raw, error) for error in invalid.errors()]
        except (ValueError, OSError, RecursionError) as unreadable:
            faults.append(Fault(label, "", "", f"can't be read: {unreadable}"))
    return folder, faults


def _fault(label: str, raw: Any, error: Any) -> Fault:
    place = list(error["loc"])
    row = ""
    if isinstance(raw, list) and place and isinstance(place[0], int):
        index = place.pop(0)
        named = raw[index].get("id") if isinstance(raw[index], dict) else None
        row = str(named or f"row {index + 1}")
    return Fault(label, row, ".".join(str(p) for p in place), str(error["msg"]))


def _cross_check(folder: _Folder) -> Iterator[Fault]:
    merchant = folder.merchant
    name = folder.path.name
    groups, products = {g.id: g for g in folder.groups}, {p.id for p in folder.products}
    for file, rows in (
        ("options.json", folder.groups),
        ("products.json", folder.products),
        ("coupons.json", folder.coupons),
        ("places.json", folder.places),
    ):
        yield from _repeated(f"{name}/{file}", (row.id for row in rows))
    for group in folder.groups:
        yield from _check_group(f"{name}/options.json", group)
        yield from _check_implied(f"{name}/options.json", group, groups)
    if merchant is None:
        return
    if merchant.id != name:
        yield Fault(f"{name}/merchant.json", merchant.id, "id", f"differs from its folder's name {name}")
    if merchant.timezone not in available_timezones():
        yield Fault(f"{name}/merchant.json", merchant.id, "timezone", f"{merchant.timezone} is not an IANA zone")
    yield from _repeated(f"{name}/merchant.json", (f.id for f in merchant.fulfilment))
    yield from _repeated(f"{name}/merchant.json", (c.id for c in merchant.categories))
    for fulfilment in merchant.fulfilment:
        if fulfilment.eta_minutes[0] > fulfilment.eta_minutes[1]:
            yield Fault(f"{name}/merchant.json", fulfilment.id, "eta_minutes", "the first is more than the second")
    categories = {c.id for c in merchant.categories}
    for product in folder.products:
        yield from _check_product(f"{name}/products.json", product, categories, groups, products)
    for coupon in folder.coupons:
        for product_id in set(coupon.products) - products:
            yield Fault(f"{name}/coupons.json", coupon.id, "products", f"there is no product {product_id}")
        for category in set(coupon.categories) - categories:
            yield Fault(f"{name}/coupons.json", coupon.id, "categories", f"there is no category {category}")


def _repeated(file: str, ids: Iterable[str]) -> Iterator[Fault]:
    return (Fault(file, repeated, "id", "is given twice") for repeated, count in Counter(ids).items() if count > 1)


def _check_group(file: str, group: OptionGroupRow) -> Iterator[Fault]:
    option_ids = {o.id for o in group.options}
    yield from _repeated(file, (f"{group.id}.{o.id}" for o in group.options))
    if group.default is not None and group.default not in option_ids:
        yield Fault(file, group.id, "default", f"there is no option {group.default}")
    if sum(o.max_count for o in group.options) < group.min:
        yield Fault(file, group.id, "min", f"{group.min} is more than its options can give")
    if group.min > group.max:
        yield Fault(file, group.id, "min", f"{group.min} is more than max {group.max}")


def _check_implied(file: str, group: OptionGroupRow, groups: Mapping[str, OptionGroupRow]) -> Iterator[Fault]:
    for option in group.options:
        for implied, value in option.implies.items():
            if implied not in groups or all(o.id != value for o in groups[implied].options):
                yield Fault(file, group.id, f"options.{option.id}.implies", f"there is no option {implied}.{value}")


def _cheapest(product: ProductRow, groups: Mapping[str, OptionGroupRow]) -> int:
    """The price with every option chosen that lowers it."""
    deltas = (
        min((o.price_delta * o.max_count for o in groups[g].options), default=0) for g in product.option_groups if g in groups
    )
    return product.price + sum(min(delta, 0) for delta in deltas)


def _check_product(
    file: str, product: ProductRow, categories: set[str], groups: Mapping[str, OptionGroupRow], products: set[str]
) -> Iterator[Fault]:
    if product.category not in categories:
        yield Fault(file, product.id, "category", f"there is no category {product.category}")
    for group_id in product.option_groups:
        if group_id not in groups:
            yield Fault(file, product.id, "option_groups", f"there is no option group {group_id}")
    if _cheapest(product, groups) < 0:
        yield Fault(file, product.id, "price", "its options can make it less than nothing")
    yield from _repeated(file, (f"{product.id}.{slot.id}" for slot in product.combo))
    for slot in product.combo:
        for product_id in sorted({*slot.products} - products):
            yield Fault(file, product.id, f"combo.{slot.id}.products", f"there is no product {product_id}")
        if slot.default not in slot.products:
            yield Fault(file, product.id, f"combo.{slot.id}.default", f"{slot.default} is not one of its products")


def _build(folder: _Folder, row: MerchantFile) -> Catalog:
    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    merchant = Merchant(
        id=row.id,
        names=_names(row.names),
        kind=row.kind,
        currency=row.currency,
        zone=row.timezone,
        hours=() if row.closed else _hours(row.hours),
        fulfilment=tuple(
            FulfilmentOption(
                id=f.id,
                kind=f.kind,
                names=_names(f.names),
                fee=money(f.fee),
                minimum=money(f.minimum),
                eta_minutes=f.eta_minutes,
                free_from=None if f.free_from is None else money(f.free_from),
            )
            for f in row.fulfilment
        ),
        pickup_address=_text(row.pickup_address),
        cancellation=CancelPolicy(row.cancellation.free_before, row.cancellation.fee_percent, row.cancellation.until),
        webhook_url=row.webhook_url,
        fee_plan=FeePlan(row.fee_basis_points),
        location=_point(row.location) if row.location else None,
    )
    return Catalog(
        merchant=merchant,
        categories=tuple(Category(c.id, _names(c.names)) for c in row.categories),
        groups={g.id: _group(g, row.currency) for g in folder.groups},
        products={p.id: _product(p, row.currency) for p in folder.products},
        coupons=tuple(_coupon(c, row.currency) for c in folder.coupons),
        places=tuple(Place(p.id, _names(p.names), _point(p.point)) for p in folder.places),
    )


def _group(row: OptionGroupRow, currency: str) -> OptionGroup:
    options = tuple(
        Option(
            id=o.id,
            names=_names(o.names),
            price_delta=Money(o.price_delta, currency),
            max_count=o.max_count,
            allergens=_allergens(o.allergens),
            implies=tuple(sorted(o.implies.items())),
            starts=None if o.starts is None else time.fromisoformat(o.starts),
        )
        for o in row.options
    )
    return OptionGroup(row.id, _names(row.names), row.role, options, row.min, row.max, row.default)


def _product(row: ProductRow, currency: str) -> Product:
    return Product(
        id=row.id,
        names=_names(row.names),
        category=row.category,
        price=Money(row.price, currency),
        group_ids=tuple(row.option_groups),
        attributes=frozenset(row.attributes),
        allergens=AllergenStatement.nothing_stated() if row.allergens is None else _allergens(row.allergens),
        stock=row.stock,
        stock_counted=row.stock_counted,
        hours=_hours(row.hours),
        combo=tuple(ComboSlot(s.id, _names(s.names), tuple(s.products), s.default, s.count) for s in row.combo),
        description=_text(row.description),
        popularity=row.popularity,
        face_value=None if row.face_value is None else Money(row.face_value, currency),
        irreversible=row.irreversible,
        max_quantity=row.max_quantity,
        measure=Measure(**row.measure.model_dump()) if row.measure else None,
        fare=_fare(row.fare, currency) if row.fare else None,
        booking=_booking(row.booking) if row.booking else None,
    )


def _fare(row: FareRow, currency: str) -> Fare:
    return Fare(row.base_m, Money(row.per_km, currency), row.metres_per_minute, row.ceiling_percent)


def _booking(row: BookingRow) -> BookingTerms:
    return BookingTerms(row.unit, time.fromisoformat(row.starts), row.free_hours, row.fee_percent, row.ahead_days_max)


def _point(row: PointRow) -> Point:
    return Point(row.east_m, row.north_m)


def _coupon(row: CouponRow, currency: str) -> Coupon:
    return Coupon(
        id=row.id,
        names=_names(row.names),
        funder=row.funder,
        minimum=Money(row.minimum, currency),
        starts=row.starts,
        ends=row.ends,
        stacking=row.stacking,
        amount=None if row.amount is None else Money(row.amount, currency),
        percent=row.percent,
        cap=None if row.cap is None else Money(row.cap, currency),
        uses_per_customer=row.uses_per_customer,
        product_ids=frozenset(row.products),
        categories=frozenset(row.categories),
        claim=None if row.claim is None else ClaimWindow(row.claim.starts, row.claim.ends, row.claim.stock, row.claim.valid_days),
    )


def _names(row: NamesRow) -> Names:
    return Names(tuple(row.en), tuple(row.zh))


def _text(row: TextRow) -> Names:
    return Names((row.en,) if row.en else (), (row.zh,) if row.zh else ())


def _hours(rows: list[HoursRow]) -> tuple[HoursRule, ...]:
    return tuple(
        HoursRule(frozenset(DAYS[d] for d in row.days), time.fromisoformat(row.open), time.fromisoformat(row.close)) for row in rows
    )


def _allergens(row: AllergensRow) -> AllergenStatement:
    return AllergenStatement(frozenset(row.contains), frozenset(row.may_contain), frozenset(row.unknown))
