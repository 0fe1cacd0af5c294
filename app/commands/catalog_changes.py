"""`usual catalog set`, `close` and `open`: what changes during the day. A running server takes it up by itself."""

import argparse
from typing import Any

from app.commands.catalog_sheets import add_folder, folder_of
from app.commands.parsing import USAGE, Subparsers

NOT_COUNTED = frozenset({"none", "-", "unlimited"})


def add(actions: Subparsers) -> None:
    change = actions.add_parser("set", help="change a product's price, stock or hours, or the shop's hours")
    change.add_argument("merchant", metavar="MERCHANT")
    change.add_argument("product", nargs="?", default="", metavar="PRODUCT", help="its id or name; without one the shop is meant")
    change.add_argument("--price", metavar="YUAN")
    change.add_argument("--stock", metavar="COUNT", help="how many there are now; none when they are not counted")
    change.add_argument("--hours", metavar="HOURS", help='such as "mon-fri 07:00-10:30"; always for no hours of its own')
    add_folder(change)
    change.set_defaults(run=_set)
    for name, words, closed in (("close", "take no orders for now", True), ("open", "take orders again", False)):
        action = actions.add_parser(name, help=words)
        action.add_argument("merchant", metavar="MERCHANT")
        add_folder(action)
        action.set_defaults(run=_close, closed=closed)


def _set(options: argparse.Namespace) -> int:
    import sys

    from app.base.clock import SystemClock
    from app.bootstrap import catalog_edit
    from app.bootstrap import sheet_cells as cells

    changes: dict[str, Any] = {}
    try:
        if options.price is not None:
            changes["price"] = cells.minor(options.price)
        if options.stock is not None:
            changes["stock"] = None if options.stock.casefold() in NOT_COUNTED else cells.whole(options.stock)
        if options.hours is not None:
            changes["hours"] = _hours(options.hours, is_shop=not options.product)
    except ValueError as wrong:
        sys.stderr.write(f"{wrong}.\n")
        return USAGE
    if not changes or (not options.product and set(changes) != {"hours"}):
        sys.stderr.write("Say what to change: PRODUCT with --price, --stock or --hours; the shop itself has --hours alone.\n")
        return USAGE
    root = folder_of(options)
    if not options.product:
        edited = catalog_edit.edit_merchant(root, options.merchant, changes)
        print(f"{edited.after.merchant.id}: opening hours changed")
        return 0
    edited = catalog_edit.edit_product(root, options.merchant, options.product, changes, SystemClock().now())
    before, after = edited.before.products[edited.product_id], edited.after.products[edited.product_id]
    if "price" in changes:
        print(f"{after.id}: {before.price} → {after.price}")
    if "stock" in changes:
        print(f"{after.id}: stock {_stock(before.stock)} → {_stock(after.stock)}")
    if "hours" in changes:
        print(f"{after.id}: hours changed")
    return 0


def _hours(text: str, *, is_shop: bool) -> list[dict[str, Any]]:
    from app.bootstrap import sheet_cells as cells

    return cells.hours("24h") if is_shop and text == "always" else [] if text == "always" else cells.hours(text)


def _stock(stock: int | None) -> str:
    return "not counted" if stock is None else str(stock)


def _close(options: argparse.Namespace) -> int:
    from app.bootstrap import catalog_edit

    edited = catalog_edit.edit_merchant(folder_of(options), options.merchant, {"closed": options.closed})
    print(f"{edited.after.merchant.id}: {'takes no orders until it is opened' if options.closed else 'takes orders'}")
    return 0
