"""The sheet of products: sections, sizes in rows of their own, options in a cell, sets in a cell."""

from collections.abc import Iterable, Mapping, Sequence

from app.domain.allergen import ALLERGENS
from app.storage.catalog_format import ProductRow
from app.storage.sheets import cells, flat
from app.storage.sheets.cells import JsonRow, folded, listed
from app.storage.sheets.faults import CellWrong, SheetFault
from app.storage.sheets.flat import Line
from app.storage.sheets.headings import Mapped
from app.storage.sheets.inline import InlineGroup, InlineOption, adds_nothing, inline_group, is_group, parted
from app.storage.sheets.slugs import is_chinese, slug

MENU: JsonRow = {"id": "menu", "names": {"en": ["Menu"], "zh": ["菜单"]}}


class ProductSheet:
    """Reads the products over what the folder holds, and adds the categories and option groups that the sheet speaks of."""

    EXTRA = tuple(name for name in ProductRow.model_fields if name not in flat.PRODUCT_FIELDS)

    def __init__(self, before: Sequence[JsonRow], categories: list[JsonRow], groups: Sequence[JsonRow]) -> None:
        self._before = {row["id"]: row for row in before}
        self._by_name = {folded(name): row["id"] for row in before for names in row["names"].values() for name in names[:1]}
        self._categories = categories
        self._groups = {group["id"]: group for group in groups}
        self._referred: set[str] = set()
        self._made: dict[str, JsonRow] = {}
        self.faults: list[SheetFault] = []
        self.assumed: list[str] = []
        self.origins: list[tuple[JsonRow, int, Mapping[str, str]]] = []

    @property
    def groups(self) -> list[JsonRow]:
        return [*self._groups.values()]

    def read(self, mapped: Mapped) -> list[JsonRow]:
        families = self._families(mapped)
        for family in families:
            self._note_references(family[0][0])
        rows: list[JsonRow] = []
        combos: list[tuple[JsonRow, Line]] = []
        for family in families:
            line, choices = family[0]
            row = self._row(line, choices, [other for other, _ in family[1:]], rows)
            if line.text("combo"):
                combos.append((row, line))
            for each, _ in family:
                self.faults += each.faults
            rows.append(row)
            self.origins.append((row, line.number, line.headings))
        for row, line in combos:
            known = len(line.faults)
            self._combo(row, line, rows)
            self.faults += line.faults[known:]
        if not rows:
            self.faults.append(SheetFault(mapped.table.name, 0, "", "holds no product. Write one a row, below the headings."))
        return rows

    # rows → families: one product each, whose further rows are its other sizes

    def _families(self, mapped: Mapped) -> list[list[tuple[Line, dict[str, str]]]]:
        families: dict[str, list[tuple[Line, dict[str, str]]]] = {}
        section = ""
        for line, choices in _lines(mapped):
            filled = [text for text in [*line.cells.values(), *choices.values()] if text]
            name = line.cells.get("name") or line.cells.get("name_en") or line.cells.get("name_zh") or ""
            if not mapped.has("category") and filled == [name] and name:
                # A row of its name alone heads a section of the menu.
                section = name
                continue
            line.cells["category"] = line.cells.get("category") or section
            section = line.cells["category"]
            if not name and not line.cells.get("id"):
                line.fault("name" if mapped.has("name") else "name_en", "is empty. Write what the product is called.")
                self.faults += line.faults
                continue
            key = line.cells.get("id") or folded(name)
            family = families.setdefault(key, [])
            if family and not line.cells.get("size"):
                line.fault("id" if line.cells.get("id") else "name", _repeated(name or key, family[0][0].number))
                self.faults += line.faults
                continue
            family.append((line, choices))
        return list(families.values())

    def _row(self, line: Line, choices: Mapping[str, str], others: Sequence[Line], rows: Sequence[JsonRow]) -> JsonRow:
        product_id = self._id(line, rows)
        given = line.cells
        line.cells = {**self._old_cells(product_id), **given}
        flat.settle_name(line.cells)
        flat.settle_name(line.cells, "description", ("description_en", "description_zh"))
        row: JsonRow = {"id": product_id, **flat.product_row(line, self.EXTRA)}
        row["category"] = self._category(line.text("category"))
        group_ids = self._options(line)
        for heading, text in choices.items():
            group_ids += self._choice(line, row, heading, text)
        group_ids += self._sizes(line, row, others)
        if group_ids:
            row["option_groups"] = list(dict.fromkeys(group_ids))
        if "combo" not in given and (old := self._before.get(product_id, {}).get("combo")):
            row["combo"] = old
        return row

    def _id(self, line: Line, rows: Sequence[JsonRow]) -> str:
        taken = {row["id"] for row in rows}
        given = line.text("id")
        if given:
            return folded(given) if folded(given) in self._before or _is_id(folded(given)) else slug(given, taken, "product")
        names = [line.cells.get(key, "") for key in ("name", "name_en", "name_zh")]
        found = next((self._by_name[folded(name)] for name in names if folded(name) in self._by_name), None)
        if found is not None and found not in taken:
            return str(found)
        name = line.cells.get("name_en") or line.cells.get("name") or line.cells.get("name_zh") or ""
        return slug(name, taken | self._before.keys(), "product")

    def _old_cells(self, product_id: str) -> flat.Cells:
        old = self._before.get(product_id)
        return flat.product_cells(old) if old else {}

    def _category(self, text: str) -> str:
        if not text and not self._categories:
            self.assumed.append("all products are in one category, Menu")
        if not text:
            text = "menu" if not self._categories else self._categories[0]["id"]
        for row in self._categories:
            if text == row["id"] or folded(text) in {folded(name) for names in row["names"].values() for name in names}:
                return str(row["id"])
        if text == "menu":
            self._categories.append(dict(MENU))
        else:
            names = {"zh" if is_chinese(text) else "en": [text]}
            self._categories.append({"id": slug(text, [row["id"] for row in self._categories], "category"), "names": names})
        return str(self._categories[-1]["id"])

    # options

    def _note_references(self, line: Line) -> None:
        for part in parted(line.cells.get("options", "")):
            if not is_group(part):
                self._referred |= {group_id for item in listed(part) if (group_id := self._referred_to(item))}

    def _referred_to(self, item: str) -> str | None:
        for group in self._groups.values():
            if item == group["id"] or folded(item) in {folded(name) for names in group["names"].values() for name in names}:
                return str(group["id"])
        return None

    def _options(self, line: Line) -> list[str]:
        found: list[str] = []
        for part in parted(line.text("options")):
            try:
                if is_group(part):
                    found.append(self._add(inline_group(part)))
                    continue
            except CellWrong as wrong:
                line.fault("options", f"{wrong}.")
                continue
            for item in listed(part):
                group_id = self._referred_to(item)
                if group_id is None:
                    advice = "Write its options behind a colon, such as Size: Small -3 | Medium* | Large +3, or a sheet of options."
                    line.fault("options", f"there is no option group {item!r}. {advice}")
                else:
                    found.append(group_id)
        return found

    def _choice(self, line: Line, row: JsonRow, heading: str, text: str) -> list[str]:
        """A column with a choice of its own: its heading is the group's name."""
        if not text:
            return []
        try:
            group = inline_group(text, heading)
        except CellWrong as wrong:
            line.faults.append(SheetFault(line.sheet, line.number, heading, f"{wrong}."))
            return []
        if len(group.options) > 1:
            return [self._add(group)]
        # One value is a fact about the product, not a choice.
        lang = "zh" if is_chinese(heading + text) else "en"
        described = row.setdefault("description", {})
        fact = f"{heading}：{text}" if lang == "zh" else f"{heading}: {text}"
        if fact not in described.get(lang, ""):
            described[lang] = " ".join(filter(None, [described.get(lang, ""), fact]))
        return []

    def _sizes(self, line: Line, row: JsonRow, others: Sequence[Line]) -> list[str]:
        text = line.text("size")
        heading = line.headings.get("size", "Size")
        if not others:
            return self._choice(line, row, heading, text)
        if "price" not in row:
            return []
        options = [InlineOption(text or "1", 0, True)]
        for other in others:
            price = other.read("price", cells.minor, None)
            if price is None:
                other.fault("price", "is empty. Write the price of this size.")
            else:
                options.append(InlineOption(other.text("size"), price - row["price"], False))
        return [self._add(InlineGroup(heading, "size", 1, 1, tuple(options)))]

    def _add(self, group: InlineGroup) -> str:
        """The id of this very group: one that is there already, or a new one."""
        row = _group_row(group)
        for group_id, made in self._made.items():
            if made == row:
                return group_id
        taken = self._referred | self._made.keys()
        group_id = slug(group.name, taken, "options")
        self._made[group_id] = row
        self._groups[group_id] = {"id": group_id, **row}
        return group_id

    # sets

    def _combo(self, row: JsonRow, line: Line, rows: Iterable[JsonRow]) -> None:
        names = {folded(name): p["id"] for p in rows for each in p["names"].values() for name in each}
        names |= {p["id"]: p["id"] for p in rows}
        slots: list[JsonRow] = []
        for part in parted(line.text("combo")):
            try:
                group = inline_group(part)
            except CellWrong:
                line.fault("combo", f"{part!r} is no part of a set. Write a part and its products, such as Drink: Tea* | Soy milk.")
                continue
            missing = [option.name for option in group.options if folded(option.name) not in names]
            for name in missing:
                line.fault("combo", f"there is no product {name!r}. Write a name from the sheet of products.")
            if not missing:
                products = [names[folded(option.name)] for option in group.options]
                default = next((names[folded(o.name)] for o in group.options if o.is_default), products[0])
                slot_id = slug(group.name, [slot["id"] for slot in slots], "part")
                slot = {"id": slot_id, "names": _named(group.name), "products": products, "default": default}
                slots.append(slot)
        if slots:
            row["combo"] = slots


def _lines(mapped: Mapped) -> Iterable[tuple[Line, dict[str, str]]]:
    """Each row's cells by field, and those of columns that are a choice of their own by heading."""
    headings = {column.key: column.heading for column in mapped.columns if column.key}
    for row in mapped.rows:
        found: flat.Cells = {}
        choices: dict[str, str] = {}
        for column in mapped.columns:
            text = row.cell(column.place)
            if column.key == "choice":
                choices[column.heading] = text
            elif column.key == "options" and found.get("options"):
                found["options"] = f"{found['options']}\n{text}"
            elif column.key:
                found[column.key] = text
        yield Line(mapped.table.name, row.number, found, headings), choices


def _group_row(group: InlineGroup) -> JsonRow:
    options: list[JsonRow] = []
    for option in group.options:
        row: JsonRow = {"id": slug(option.name, [o["id"] for o in options], "option"), "names": _named(option.name)}
        if option.delta:
            row["price_delta"] = option.delta
        if not adds_nothing(group.role, group.name):
            row["allergens"] = {"unknown": list(ALLERGENS)}
        options.append(row)
    made: JsonRow = {"names": _named(group.name), "role": group.role, "min": group.min, "max": group.max}
    default = next((row["id"] for row, option in zip(options, group.options, strict=True) if option.is_default), None)
    if default is not None:
        made["default"] = default
    return {**made, "options": options}


def _named(name: str) -> JsonRow:
    return {"zh" if is_chinese(name) else "en": [name]}


def _is_id(text: str) -> bool:
    return text.isascii() and text.replace("_", "").isalnum() and len(text) <= 48 and text[:1] != "_"


def _repeated(name: str, first: int) -> str:
    return f"{name!r} stands in row {first} already. Give one of them another name, or a column Size that tells them apart."
