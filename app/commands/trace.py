"""`usual trace ORDER`: an order's chain from the words to the last transfer, each step verified as it is walked."""

import argparse

from app.commands.parsing import FAILED, Subparsers
from app.commands.service import the_usual


def add(commands: Subparsers) -> None:
    trace = commands.add_parser("trace", help="walk an order from the words to the receipt, verifying each step")
    trace.add_argument("order", metavar="ORDER", help="its number or its id")
    trace.set_defaults(run=_trace)


def _trace(options: argparse.Namespace) -> int:
    from app.base.clock import local
    from app.service.trace_of import HASH_DIGITS

    usual = the_usual()
    try:
        found = usual.tracer.of(usual.tracer.find(options.order))
        customer = usual.customer(found.order.customer_id)
    finally:
        usual.close()
    order = found.order
    print(f"{order.number}  {order.id}  {order.merchant_id}  {order.total}  {order.state}")
    for step in found.steps:
        at = local(step.at, customer.zone)
        mark = "✓" if step.holds else "✗"
        print(f"{mark} {at:%Y-%m-%d %H:%M:%S}  {step.sequence:06}-{step.hash[:HASH_DIGITS]}  {step.kind:<16} {step.told()}")
        if step.erased:
            print("      (erased)")
        for line in (step.said or "").splitlines():
            print(f"      {line}")
        if step.read:
            print(f"      read as {step.read}")
    print("Every step holds." if found.holds else "Not every step holds.")
    return 0 if found.holds else FAILED
