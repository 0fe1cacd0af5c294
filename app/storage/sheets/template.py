"""A small shop as a shopkeeper would write it: the sheet to begin with."""

from collections.abc import Mapping
from pathlib import Path

from app.storage.sheets.fields import DELIVERY, MERCHANT, MERCHANT_HEADINGS, PRODUCTS, Field
from app.storage.sheets.write import Grid, write_grids

CUP = "Size: Small -2 | Medium* | Large +3"
HEAT = "Temperature: Hot* | Iced"
SUGAR = "Sugar: Normal* | Half | None"

PRODUCT_ROWS: tuple[Mapping[str, str], ...] = (
    {
        "name_en": "Latte",
        "name_zh": "拿铁",
        "aliases_zh": "拿铁咖啡",
        "category": "Coffee",
        "price": "18",
        "options": f"{CUP}\n{HEAT}\n{SUGAR}\nMilk: Whole milk* | Oat milk +3",
        "contains": "milk",
        "may_contain": "soy; nuts",
        "description_en": "Two shots with steamed milk.",
        "description_zh": "双份浓缩加热牛奶。",
        "attributes": "drink; coffee",
    },
    {
        "name_en": "Americano",
        "name_zh": "美式咖啡",
        "aliases_zh": "美式",
        "category": "Coffee",
        "price": "14",
        "options": f"{CUP}\n{HEAT}",
        "contains": "none",
        "description_en": "Two shots with water.",
        "description_zh": "双份浓缩加水。",
        "attributes": "drink; coffee",
    },
    {
        "name_en": "Jasmine tea",
        "name_zh": "茉莉花茶",
        "category": "Tea",
        "price": "12",
        "options": f"{HEAT}\n{SUGAR}\nToppings (0-2): Pearls +2 | Grass jelly +2",
        "contains": "none",
        "attributes": "drink; tea",
    },
    {
        "name_en": "Croissant",
        "name_zh": "可颂",
        "aliases_zh": "牛角包",
        "category": "Bakery",
        "price": "12.50",
        "contains": "wheat; milk; egg",
        "stock": "20",
        "attributes": "food",
    },
    {
        "name_en": "Breakfast set",
        "name_zh": "早餐套餐",
        "category": "Sets",
        "price": "25",
        "contains": "wheat; milk; egg",
        "hours": "mon-fri 07:00-10:30",
        "combo": "Drink: Americano* | Jasmine tea\nPastry: Croissant*",
        "attributes": "food; combo; breakfast",
    },
)
DELIVERY_ROWS: tuple[Mapping[str, str], ...] = (
    {"kind": "pickup", "name_en": "Pick-up", "name_zh": "到店自取", "aliases_zh": "自取", "eta_minutes": "5-10"},
    {
        "kind": "delivery",
        "name_en": "Delivery",
        "name_zh": "外送",
        "aliases_zh": "外卖",
        "fee": "5",
        "minimum": "20",
        "free_from": "60",
        "eta_minutes": "25-40",
    },
)
SHOP: Mapping[str, str] = {
    "name_en": "Corner Café",
    "name_zh": "街角咖啡",
    "kind": "coffee",
    "timezone": "Asia/Shanghai",
    "hours": "daily 07:00-22:00",
    "pickup_address_en": "1 Corner Street",
    "pickup_address_zh": "街角路1号",
}
LEFT_OUT = frozenset(
    {"id", "name", "size", "choice", "description", "unknown", "face_value", "irreversible", "max_quantity", "popularity"}
)


def write_template(target: Path) -> None:
    """Raises SheetBroken."""
    write_grids(target, template_grids())


def template_grids() -> list[Grid]:
    heading = {field.key: field.heading for field in MERCHANT}
    shop = tuple((heading[key], text) for key, text in SHOP.items())
    return [
        _grid("products", PRODUCTS, PRODUCT_ROWS),
        _grid("delivery", DELIVERY, DELIVERY_ROWS),
        Grid("merchant", MERCHANT_HEADINGS, shop),
    ]


def _grid(name: str, fields: tuple[Field, ...], rows: tuple[Mapping[str, str], ...]) -> Grid:
    shown = [field for field in fields if field.key not in LEFT_OUT]
    cells = tuple(tuple(row.get(field.key, "") for field in shown) for row in rows)
    return Grid(name, tuple(field.heading for field in shown), cells, frozenset(f.heading for f in shown if f.is_number))
