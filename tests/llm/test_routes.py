"""Which provider has which model and what its tokens cost: read from a table, exact, refused with the place where it is wrong."""

from pathlib import Path

import pytest

from app.llm.routes import ModelTableBroken, Price, Route, routes

TABLE = """
[providers]
one = "https://one.example/v1"
two = "http://127.0.0.1:9/v1"

[models."small"]
provider = "one"
name = "small-2026"
input = "0.15"
output = "0.6"

[models."large"]
provider = "two"
input = "2.5"
output = "10.000001"
currency = "CNY"
"""


def test_three_hundred_names_are_routed_and_priced_by_a_table(tmp_path: Path) -> None:
    lines = [f'[models."m{n}"]\nprovider = "p{n % 7}"\ninput = "{n}.25"\noutput = "{n}.5"' for n in range(300)]
    providers = "\n".join(f'p{n} = "https://p{n}.example/v1"' for n in range(7))
    table = tmp_path / "models.toml"
    table.write_text(f"[providers]\n{providers}\n" + "\n".join(lines), encoding="utf-8")
    names = [f"m{n}" for n in reversed(range(300))]
    found = routes(names, table, "", {f"p{n}": f"key-{n}" for n in range(7)})
    assert [route.model for route in found] == names
    assert found[0] == Route("m299", "m299", "https://p5.example/v1", "key-5", Price(299_250_000, 299_500_000, "USD"))


def test_a_name_of_its_own_a_currency_and_six_decimals_are_kept(tmp_path: Path) -> None:
    table = tmp_path / "models.toml"
    table.write_text(TABLE, encoding="utf-8")
    small, large, other = routes(["small", "large", "mine"], table, "http://here.example/v1", {"one": "k1", "": "k0"})
    assert (small.remote, small.api_key, small.price) == ("small-2026", "k1", Price(150_000, 600_000, "USD"))
    assert (large.remote, large.api_key, large.price) == ("large", "", Price(2_500_000, 10_000_001, "CNY"))
    assert (other.base_url, other.api_key, other.price) == ("http://here.example/v1", "k0", None)
    assert small.price is not None
    assert small.price.cost_pico(1_000_000, 1) == 150_000_600_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("one = ", "one : "), "can't be read"),
        (('provider = "one"', 'provider = "three"'), "names no provider"),
        (('input = "0.15"', 'input = "cheap"'), "takes a price"),
        (('input = "0.15"', 'input = "-1"'), "takes a price"),
        (('input = "0.15"', 'input = "NaN"'), "takes a price"),
        (('input = "0.15"', 'input = "Infinity"'), "takes a price"),
        (('input = "0.15"', 'input = "0.0000001"'), "takes a price"),
        (('input = "0.15"', "input = 0.15"), "models.small.input"),
        (("https://one.example", "ftp://one.example"), "takes an http or https address"),
        (('name = "small-2026"', 'nmae = "small-2026"'), "models.small.nmae"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_the_place(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    table = tmp_path / "models.toml"
    table.write_text(TABLE.replace(*change, 1), encoding="utf-8")
    with pytest.raises(ModelTableBroken, match=said):
        routes(["small"], table, "", {})


def test_a_name_that_nothing_explains_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelTableBroken, match="in no table"):
        routes(["mine"], None, "", {})
    with pytest.raises(ModelTableBroken, match="can't be read"):
        routes(["mine"], tmp_path / "missing.toml", "http://here.example/v1", {})
