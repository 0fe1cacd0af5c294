"""Sign-ins that are open: each lives in a browser's cookie until it is ended here, whatever that cookie still says."""

from dataclasses import dataclass

from app.base.clock import Clock
from app.base.ids import Ids
from app.domain.records import SignIn
from app.domain.trace import TraceEvent
from app.service.news import News, NewsStand
from app.service.ports import Records
from app.service.units import Change, GuardFailed, Insert, Unit, Writer


@dataclass(frozen=True, slots=True)
class SignIns:
    records: Records
    writer: Writer
    clock: Clock
    ids: Ids
    news: NewsStand

    def begin(self, customer_id: str) -> str:
        """A new one's id."""
        signed_in = SignIn(self.ids.new("sgn"), customer_id, self.clock.now())
        self.writer.commit(self._unit("signed_in", signed_in, inserts=(Insert(signed_in),)))
        return signed_in.id

    def is_open(self, customer_id: str, sign_in_id: str) -> bool:
        signed_in = self.records.sign_in(sign_in_id)
        return signed_in is not None and signed_in.customer_id == customer_id and signed_in.ended_at is None

    def end(self, customer_id: str, sign_in_id: str) -> None:
        """Nothing can be done with it any more. One that is not open stays as it is."""
        if not self.is_open(customer_id, sign_in_id):
            return
        ended = Change(SignIn, sign_in_id, expect={"ended_at": None}, put={"ended_at": self.clock.now()})
        signed_in = SignIn(sign_in_id, customer_id, self.clock.now())
        try:
            self.writer.commit(self._unit("signed_out", signed_in, changes=(ended,)))
        except GuardFailed:
            # Another tab was quicker.
            return
        self.news.publish(customer_id, News("signed_out", sign_in_id))

    def _unit(self, kind: str, signed_in: SignIn, *, changes: tuple[Change, ...] = (), inserts: tuple[Insert, ...] = ()) -> Unit:
        trace = (TraceEvent(signed_in.customer_id, kind, {"sign_in": signed_in.id}, signed_in.at),)
        return Unit(f"{kind}:{signed_in.id}", signed_in.id, signed_in.at, changes, inserts, trace)
