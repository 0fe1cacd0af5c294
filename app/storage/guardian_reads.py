"""Guardians as they are stored."""

from sqlalchemy import bindparam, or_, select

from app.domain.guardianship import GuardianRequest, Guardianship
from app.storage.columns import table_of
from app.storage.guardian_tables import GuardianRequestRow, GuardianshipRow
from app.storage.select import Reads, where, with_money

GUARDIANSHIP, REQUEST = table_of(GuardianshipRow), table_of(GuardianRequestRow)

_GUARDIANSHIP, _REQUEST = where(GUARDIANSHIP, "id"), where(REQUEST, "id")
_OF_EITHER = (
    select(REQUEST)
    .where(or_(REQUEST.c.child_id == bindparam("customer_id"), REQUEST.c.guardian_id == bindparam("customer_id")))
    .order_by(REQUEST.c.at, REQUEST.c.id)
)
_OF_GUARDIAN = where(REQUEST, "guardian_id").order_by(REQUEST.c.at, REQUEST.c.id)


class StoredGuardians(Reads):
    """The service's `GuardianRecords`."""

    def guardianship(self, child_id: str) -> Guardianship | None:
        row = self._first(_GUARDIANSHIP, id=child_id)
        return None if row is None else Guardianship(**with_money(row, "daily_cap"))

    def guardian_request(self, request_id: str) -> GuardianRequest | None:
        row = self._first(_REQUEST, id=request_id)
        return None if row is None else GuardianRequest(**with_money(row, "amount"))

    def guardian_requests(self, guardian_id: str) -> list[GuardianRequest]:
        return [GuardianRequest(**with_money(row, "amount")) for row in self._all(_OF_GUARDIAN, guardian_id=guardian_id)]

    def guardian_requests_about(self, customer_id: str) -> list[GuardianRequest]:
        return [GuardianRequest(**with_money(row, "amount")) for row in self._all(_OF_EITHER, customer_id=customer_id)]
