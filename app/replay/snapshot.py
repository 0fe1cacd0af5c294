"""What is true after a turn, as plain text values that a person can read and write."""

from collections.abc import Iterable
from typing import Any

from app.base.clock import local
from app.base.money import Money
from app.dialogue.reading import (
    Abstain,
    AmountValue,
    Begin,
    Change,
    Choose,
    Command,
    Fill,
    LineReading,
    LinesValue,
    NumberValue,
    OptionMention,
    OptionsValue,
    PersonValue,
    PhoneValue,
    PlaceValue,
    Quantity,
    Reading,
    RecipientValue,
    Slots,
    SlotValue,
    StopValue,
    Target,
)
from app.domain.checkout import CheckoutSession
from app.domain.customer import mask_name, mask_phone
from app.domain.order import Order
from app.domain.settlement import Settlement
from app.domain.standing import StandingOrder
from app.service.ports import Records
from app.service.standing_orders import StandingOrders

Plain = Any


def reading_lines(reading: Reading | None) -> list[str]:
    """One line for each command: "begin order: 2 latte +size.large", "change #2: +ice.none"."""
    return [_command(command) for command in reading.commands] if reading else []


def card(checkout: CheckoutSession | None, number: int, step: str, reason: str | None) -> dict[str, Plain]:
    """The newest card; `number` counts the conversation's cards."""
    if checkout is None:
        return {}
    totals = checkout.totals
    plain: dict[str, Plain] = {
        "number": str(number),
        "version": str(checkout.version),
        "state": checkout.state,
        "payee": checkout.merchant_id,
        "lines": [_card_line(checkout, n) for n in range(len(checkout.lines))],
        "goods": totals.goods.plain(),
        "fee": totals.fee.plain(),
        "discount": totals.discount.plain(),
        "total": totals.total.plain(),
        "step": step,
    }
    if totals.is_estimate:
        plain["maximum"] = totals.maximum.plain()
    fulfilment = checkout.fulfilment
    if fulfilment.starts_at is not None:
        plain["starts"] = f"{local(fulfilment.starts_at, fulfilment.zone):%Y-%m-%dT%H:%M}"
    if fulfilment.terms is not None:
        until = local(fulfilment.terms.free_until, fulfilment.zone)
        plain["terms"] = f"free until {until:%Y-%m-%dT%H:%M}, then {fulfilment.terms.fee.plain()}"
    if fulfilment.trip is not None:
        plain["stops"] = [stop.names.display("en") for stop in fulfilment.trip.stops]
    if reason:
        plain["reason"] = reason
    if checkout.coupons:
        plain["coupons"] = [f"{c.coupon_id} {c.discount.plain()} {c.funder}" for c in checkout.coupons]
    if checkout.fulfilment.destination_masked:
        plain["destination"] = checkout.fulfilment.destination_masked
    if checkout.fulfilment.recipient_masked:
        plain["recipient"] = checkout.fulfilment.recipient_masked
    notes = [line.note for line in checkout.lines if line.note]
    return plain | ({"notes": notes} if notes else {})


def order(found: Order | None) -> dict[str, Plain]:
    if found is None:
        return {}
    lines = [f"{line.quantity} {line.product_id}" for line in found.lines]
    late = {"late": "yes"} if found.late else {}
    return {"state": found.state, "payee": found.merchant_id, "total": found.total.plain(), "lines": lines, **late}


def ledger(records: Records, customer_id: str, order_ids: Iterable[str]) -> dict[str, Plain]:
    """What this conversation moved: captures, coupons, what is held, and the wallet."""
    transfers = [t for order_id in order_ids for t in records.transfers(order_id)]
    wallet = records.wallet(customer_id)
    held = Money.sum((t.amount for t in transfers if t.kind == "hold"), "CNY")
    return {
        "wallet": wallet.available.plain() if wallet else "",
        "held": wallet.held.plain() if wallet else "",
        "authorised": held.plain(),
        "captures": [t.amount.plain() for t in transfers if t.kind == "capture"],
        "coupons": [f"{t.source} {t.amount.plain()}" for t in transfers if t.kind == "coupon"],
        "voids": [t.amount.plain() for t in transfers if t.kind == "void"],
        "refunds": [t.amount.plain() for t in transfers if t.kind == "refund"],
        "released": [t.amount.plain() for t in transfers if t.kind == "release"],
    }


def settlement(closed: Settlement) -> str:
    """ "nimbus_coffee 2026-05-18: net 90.00, fee 0.54, payout 89.46"."""
    sums = f"net {closed.net.plain()}, fee {closed.fee.plain()}, payout {closed.payout.plain()}"
    return f"{closed.merchant_id} {closed.day.isoformat()}: {sums}"


def _card_line(checkout: CheckoutSession, number: int) -> str:
    line = checkout.lines[number]
    options = [f"{o.group_id}.{o.option_id}" + (f"×{o.count}" if o.count > 1 else "") for o in line.options if not o.is_default]
    weight = [f"{line.grams}g"] if line.grams is not None else []
    return " ".join([str(line.quantity), line.product_id, *weight, *options])


def _command(command: Command) -> str:
    match command:
        case Begin(skill=skill, slots=slots):
            return f"begin {skill}" + _slots(slots)
        case Fill(slots=slots):
            return "fill" + _slots(slots)
        case Change():
            return _change(command)
        case Choose(ordinal=ordinal, item=item, other=other, options=options):
            which = "other" if other else f"#{ordinal}" if ordinal is not None else item.span.text if item else "?"
            return " ".join([f"choose {which}", *map(_option, options)])
        case Abstain(reason=reason):
            return f"abstain {reason}"
    return type(command).__name__.casefold()


def _slots(slots: Slots) -> str:
    parts = [f"{name}={value}" if name != "lines" else value for name, value in ((n, _slot(v)) for n, v in slots.items())]
    return f": {'; '.join(parts)}" if parts else ""


def _slot(value: SlotValue) -> str:
    match value:
        case LinesValue(lines=lines):
            return " | ".join(map(_line, lines))
        case OptionsValue(options=options):
            return " ".join(map(_option, options))
        case AmountValue(minor=minor):
            return Money(minor).plain()
        case NumberValue(value=number):
            return str(number)
        case PhoneValue(digits=digits):
            return mask_phone(digits)
        case PersonValue(text=text):
            return text
        case StopValue(label=label, role=role):
            return f"{role} {label}"
        case RecipientValue(name=name, digits=digits):
            return f"{mask_name(name)} {mask_phone(digits or '')}".strip()
        case PlaceValue(kind=kind, label=label):
            return " ".join(filter(None, [kind, label]))
    return value.span.text


def _line(line: LineReading) -> str:
    product = line.item.candidates[0].product_id if line.item and line.item.candidates else "?"
    weight = f"{line.weight.grams}g" if line.weight else ""
    parts = [_quantity(line.quantity), product, weight, *map(_option, line.options), *(f"“{n.text}”" for n in line.notes)]
    return " ".join(filter(None, parts))


def _quantity(quantity: Quantity | None) -> str:
    if quantity is None:
        return ""
    return f"{quantity.value:+d}" if quantity.mode == "add" else str(quantity.value)


def _option(mention: OptionMention) -> str:
    sign = "-" if mention.negated else "+"
    count = f"×{mention.count}" if mention.count else ""
    return f"{sign}{mention.group_id}.{mention.option_id}{count}" + (f"({mention.qualifier})" if mention.qualifier else "")


def _change(change: Change) -> str:
    parts = []
    if change.quantity is not None:
        sign = "" if change.quantity.mode == "add" else "="
        parts.append(sign + _quantity(change.quantity))
    parts += map(_option, change.options)
    parts += [f"“{note.text}”" for note in change.notes]
    if change.replace_with is not None:
        parts.append(f"→ {change.replace_with.candidates[0].product_id if change.replace_with.candidates else '?'}")
    if change.remove:
        parts.append("remove")
    if change.place is not None:
        parts.append(_slot(change.place))
    if change.recipient is not None:
        parts.append(f"for {_slot(change.recipient)}")
    return f"change{_target(change.target)}: {' '.join(parts)}"


def _target(target: Target) -> str:
    if target.ordinal is not None:
        return f" {'unit ' if target.counts == 'unit' else ''}#{target.ordinal}"
    if target.item is not None:
        return f" {target.item.candidates[0].product_id if target.item.candidates else '?'}"
    return " other" if target.other else ""


def standing(order: StandingOrder | None, orders: StandingOrders) -> dict[str, Plain]:
    """A standing order's terms and what became of its runs, oldest first; times by its own clock."""
    if order is None:
        return {}
    mandate = orders.mandates.records.mandate(order.mandate_id)
    plain: dict[str, Plain] = {
        "state": order.state,
        "version": str(order.version),
        "what": [f"{line.quantity} {line.product_id}" for line in order.drafts[0].lines],
        "rule": order.schedule.rrule,
        "times": [f"{at:%H:%M}" for at in order.schedule.times],
        "cap": order.cap.plain(),
        "mode": order.mode,
        "missed": order.missed,
        "mandate": mandate.state if mandate else "none",
        "next": [f"{local(due, order.zone):%a %m-%d %H:%M}" for due in orders.preview(order)] if order.is_open else [],
        "runs": [" ".join(filter(None, (run.state, run.reason))) for run in reversed(orders.standing.occurrences(order.id, 1_000))],
    }
    if order.schedule.until is not None:
        plain["until"] = order.schedule.until.isoformat()
    if order.schedule.calendar is not None:
        plain["calendar"] = order.schedule.calendar
    return plain
