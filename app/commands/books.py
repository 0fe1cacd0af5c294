"""`usual orders` and `usual ledger`: what was bought, and whether the ledger holds."""

import argparse

from app.commands.parsing import FAILED, Subparsers, positive
from app.commands.service import customer_id, the_usual


def add(commands: Subparsers) -> None:
    orders = commands.add_parser("orders", help="list a customer's orders, newest first")
    orders.add_argument("--customer", default="demo", metavar="NAME")
    orders.add_argument("--limit", type=positive, default=20)
    orders.set_defaults(run=_orders)

    ledger = commands.add_parser("ledger", help="check that the ledger holds")
    ledger.add_argument("action", choices=["check"])
    ledger.set_defaults(run=_ledger)


def _orders(options: argparse.Namespace) -> int:
    from app.base.clock import local

    usual = the_usual()
    try:
        customer = usual.customer(customer_id(usual, options.customer))
        for order in usual.records.orders(customer.id, options.limit):
            lines = ", ".join(f"{line.quantity} × {line.product_id}" for line in order.lines)
            when = local(order.placed_at, customer.zone)
            print(f"{when:%Y-%m-%d %H:%M}  {order.number}  {order.state:<9}  {order.total!s:>9}  {order.merchant_id}: {lines}")
    finally:
        usual.close()
    return 0


def _ledger(_: argparse.Namespace) -> int:
    usual = the_usual()
    try:
        faults = usual.audit.check()
        for fault in faults:
            print(fault)
        transfers, wallets = len(usual.records.transfers()), len(usual.records.wallets())
        if not faults:
            print(f"The ledger holds: {transfers} transfers, {wallets} wallets, every chain whole.")
        return FAILED if faults else 0
    finally:
        usual.close()
