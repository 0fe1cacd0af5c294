"""Do the closed days hold? Each is the sum of what it counted, and what it led to is in the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.base.money import Money
from app.domain.ledger import Transfer, TransferKind, merchant_account
from app.domain.settlement import FeePlan, Settlement
from app.service.settlements import SettlementRecords

KINDS: tuple[TransferKind, ...] = ("fee", "payout")


def settlement_faults(records: SettlementRecords, transfers: Iterable[Transfer]) -> Iterator[tuple[str, str]]:
    """Each as the settlement's id and what is wrong with it, in minor units."""
    led_to: dict[str, list[Transfer]] = defaultdict(list)
    for transfer in transfers:
        if transfer.kind in KINDS:
            led_to[transfer.cause].append(transfer)
    carried: dict[str, Money] = {}
    for settlement in records.settlements():
        before = carried.get(settlement.merchant_id, Money.zero(settlement.net.currency))
        fault = _fault(settlement, records.counted(settlement.id), led_to.pop(settlement.id, []), before)
        if fault is not None:
            yield settlement.id, fault
        carried[settlement.merchant_id] = settlement.carried_out
    for settlement_id in led_to:
        yield settlement_id, "the ledger paid for a day that is not closed"


def _fault(day: Settlement, counted: list[Transfer], posted: list[Transfer], carried: Money) -> str | None:
    account = merchant_account(day.merchant_id)
    net = sum(t.amount.minor if t.target == account else -t.amount.minor for t in counted)
    by_order = sum(order.net.minor for order in day.orders)
    if net != day.net.minor or by_order != net:
        return f"net {day.net.minor}, counted {net}, by order {by_order}"
    fee = FeePlan(day.basis_points).fee(day.net).minor
    if fee != day.fee.minor or sum(order.fee.minor for order in day.orders) != fee:
        return f"fee {day.fee.minor}, by its plan {fee}"
    due = day.carried_in.minor + net - fee
    if day.carried_in != carried or day.payout.minor + day.carried_out.minor != due:
        return f"due {due}, paid out {day.payout.minor}, carried {day.carried_out.minor}"
    moved = {
        kind: sum(t.amount.minor if t.source == account else -t.amount.minor for t in posted if t.kind == kind) for kind in KINDS
    }
    if moved != {"fee": fee, "payout": day.payout.minor}:
        return f"fee {fee}, payout {day.payout.minor}, ledger {moved}"
    return None
