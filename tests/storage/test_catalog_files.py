"""The shipped catalogues are whole; a broken one is told with every fault's file, row and field."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.base.money import Money
from app.domain.names import LANGS
from app.storage.catalog_files import CatalogBroken, empty_categories, json_schema, load_catalogs, read_catalogs
from app.storage.catalog_texts import hidden_texts

SHIPPED = Path(__file__).resolve().parents[2] / "catalog"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "catalog"
    shutil.copytree(SHIPPED, target)
    return target


def edit(path: Path, change: Any) -> None:
    rows = json.loads(path.read_text(encoding="utf-8"))
    change(rows)
    path.write_text(json.dumps(rows), encoding="utf-8")


def test_the_shipped_merchants_are_whole_bilingual_and_of_real_size() -> None:
    catalogs = load_catalogs(SHIPPED)
    assert {catalog.merchant.kind for catalog in catalogs.values()} == {
        "coffee", "breakfast", "mobile_operator", "milk_tea", "convenience", "rides", "tickets", "hotel",
    }  # fmt: skip
    assert len(catalogs["corner_24"].products) >= 300
    assert len(catalogs["nimbus_coffee"].products) >= 60
    assert any(product.combo for product in catalogs["sunrise_breakfast"].products.values())
    assert catalogs["skylark_mobile"].products["topup_50"].price == Money(5_000)
    for catalog in catalogs.values():
        for product in catalog.products.values():
            assert product.names.en, product.id
            assert product.names.zh, product.id


def test_no_two_products_of_a_shop_are_shown_under_one_name() -> None:
    for catalog in load_catalogs(SHIPPED).values():
        for lang in LANGS:
            names = [product.names.display(lang).casefold() for product in catalog.products.values()]
            assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_no_shipped_category_is_empty_and_one_that_is_is_told(copy: Path) -> None:
    assert empty_categories(load_catalogs(copy).values()) == []
    edit(
        copy / "harbour_hotel" / "merchant.json",
        lambda row: row["categories"].append({"id": "extra", "names": {"en": ["Extras"], "zh": ["附加服务"]}}),
    )
    (fault,) = empty_categories(load_catalogs(copy).values())
    assert (fault.file, fault.row, fault.field) == ("harbour_hotel/merchant.json", "extra", "categories")


def test_the_published_schema_is_the_one_the_loader_checks_with() -> None:
    published = json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "run: usual catalog schema > catalog/schema.json"


def test_every_fault_is_told_with_file_row_and_field(copy: Path) -> None:
    def break_products(rows: list[dict[str, Any]]) -> None:
        rows[0]["price"] = "12.50"
        rows[1]["prise"] = 1

    edit(copy / "nimbus_coffee" / "products.json", break_products)
    edit(copy / "sunrise_breakfast" / "options.json", lambda rows: rows[0].update(default="nothing"))
    edit(copy / "skylark_mobile" / "merchant.json", lambda row: row.update(timezone="Asia/Nowhere"))
    (copy / "skylark_mobile" / "coupons.json").write_text("{ not json", encoding="utf-8")
    catalogs, faults = read_catalogs(copy)
    assert not {"nimbus_coffee", "sunrise_breakfast", "skylark_mobile"} & set(catalogs)
    told = "\n".join(map(str, faults))
    for part in (
        "nimbus_coffee/products.json: latte: price: ",
        "nimbus_coffee/products.json: americano: prise: ",
        "sunrise_breakfast/options.json: ",
        "there is no option nothing",
        "skylark_mobile/merchant.json: skylark_mobile: timezone: Asia/Nowhere is not an IANA zone",
        "skylark_mobile/coupons.json: -: -: can't be read",
    ):
        assert part in told, part


def test_references_are_checked(copy: Path) -> None:
    def break_references(rows: list[dict[str, Any]]) -> None:
        rows[2]["category"] = "no_such"
        rows[3]["option_groups"] = ["no_such_group"]
        rows[4]["id"] = rows[5]["id"]

    edit(copy / "nimbus_coffee" / "products.json", break_references)
    _, faults = read_catalogs(copy)
    assert sorted(fault.message for fault in faults if fault.file == "nimbus_coffee/products.json") == [
        "is given twice",
        "there is no category no_such",
        "there is no option group no_such_group",
    ]


def test_a_missing_file_and_an_empty_folder_are_faults(copy: Path, tmp_path: Path) -> None:
    (copy / "nimbus_coffee" / "products.json").unlink()
    with pytest.raises(CatalogBroken) as broken:
        load_catalogs(copy)
    assert [str(fault) for fault in broken.value.faults] == ["nimbus_coffee/products.json: -: -: is missing"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no merchant's folder" in str(read_catalogs(empty)[1][0])
    assert "holds no merchant's folder" in str(read_catalogs(tmp_path / "not_there")[1][0])


def test_hidden_characters_of_a_listing_are_left_out_and_told_with_their_place(copy: Path) -> None:
    def plant(rows: list[dict[str, Any]]) -> None:
        rows[0]["names"]["en"][0] += "\u202e\u200b"
        rows[1]["description"] = {"zh": "好喝\U000e0070\U000e0061\U000e0079\x1b[2J"}

    assert hidden_texts(copy) == []
    edit(copy / "nimbus_coffee" / "products.json", plant)
    first, second = list(load_catalogs(copy)["nimbus_coffee"].products.values())[:2]
    assert first.names.en[0].isprintable()
    assert second.description.zh == ("好喝[2J",)
    told = hidden_texts(copy)
    assert [(fault.file, fault.row, fault.field) for fault in told] == [
        ("nimbus_coffee/products.json", first.id, "names.en.0"),
        ("nimbus_coffee/products.json", second.id, "description.zh"),
    ]
    assert "U+202E, U+200B" in told[0].message
    assert "U+E0070" in told[1].message


def test_a_name_of_hidden_characters_alone_is_none(copy: Path) -> None:
    edit(copy / "nimbus_coffee" / "products.json", lambda rows: rows[0]["names"]["en"].insert(0, "\u200b\u2060"))
    with pytest.raises(CatalogBroken, match=r"names\.en\.0"):
        load_catalogs(copy)
