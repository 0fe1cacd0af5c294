"""What a guardian is shown of a child's card, and what an open chat is told."""

from dataclasses import dataclass

from app.base.clock import Clock
from app.dialogue.wording import say
from app.domain.customer import NotFound
from app.domain.guardianship import GuardianRequest
from app.domain.names import Lang
from app.service.guardians import Guardians
from app.service.labels import labels_of
from app.service.ports import Records
from app.service.risk import Risks


@dataclass(frozen=True, slots=True)
class GuardianView:
    """A child's card, for its guardian: `actions` are what can be done about it now."""

    id: str
    lang: str
    title: str
    state: str
    state_label: str
    payee: str
    lines: tuple[str, ...]
    total: str
    note: str
    actions: tuple[str, ...]
    labels: dict[str, str]
    kind: str = "guardian"


@dataclass(frozen=True, slots=True)
class GuardianTill:
    """Guardians' answers as a page asks for them: the effect, then the view of what is now true."""

    guardians: Guardians
    records: Records
    risks: Risks
    clock: Clock

    def show(self, guardian_id: str, request_id: str, lang: Lang) -> GuardianView:
        """Raises NotFound."""
        return self.view(self.guardians.owned(guardian_id, request_id), lang)

    def approve(self, guardian_id: str, request_id: str, pin: str, lang: Lang) -> GuardianView:
        """Raises what `Guardians.approve` raises."""
        return self.view(self.guardians.approve(guardian_id, request_id, pin), lang)

    def decline(self, guardian_id: str, request_id: str, lang: Lang) -> GuardianView:
        """Raises what `Guardians.decline` raises."""
        return self.view(self.guardians.decline(guardian_id, request_id), lang)

    def view(self, request: GuardianRequest, lang: Lang) -> GuardianView:
        child = self.records.customer(request.child_id)
        checkout = self.records.checkout(request.checkout_id, request.checkout_version)
        guardianship = self.guardians.guardians.guardianship(request.child_id)
        if child is None or checkout is None or guardianship is None:
            raise NotFound(what=request.id)
        is_open = request.is_open(self.clock.now())
        state = "expired" if request.state == "asked" and not is_open else request.state
        known = {"cap": guardianship.daily_cap, "spent": self.guardians.spent_today(child), "child": child.display_name}
        is_unusual = is_open and self.risks.judge(child, checkout).asks == "guardian"
        return GuardianView(
            id=request.id,
            lang=lang,
            title=say(lang, "guardian.title", {"child": child.display_name}),
            state=state,
            state_label=say(lang, f"guardian.state.{state}"),
            payee=checkout.payee.display(lang),
            lines=tuple(f"{line.quantity} × {line.names.display(lang)}" for line in checkout.lines),
            total=str(request.amount),
            note=say(lang, "guardian.note_unusual" if is_unusual else "guardian.note", known),
            actions=("approve", "decline") if is_open else (),
            labels=labels_of("guardian", lang, {"total": request.amount}),
        )
