"""Customers: signing in, and opening an account with what belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import Ids, derived_id
from app.base.money import Money
from app.domain.allergen import Allergen
from app.domain.customer import Address, Contact, Customer, mask_address, mask_phone
from app.domain.ledger import Wallet
from app.domain.names import Lang
from app.domain.records import Credential, VaultEntry, VaultKind
from app.domain.trace import TraceEvent, text_kept
from app.service.attempts import Attempts, Counted, Limit
from app.service.ports import Records, Secrets
from app.service.units import Insert, KeyReused, Unit, Writer

# Short, because anybody who knows a name can bring it about.
SIGN_IN_LIMIT = Limit("sign_in", tries_max=10, lock_seconds=60)


class UsernameTaken(Refusal):
    """Somebody signs in with this name."""

    code = "username_taken"


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What an account is opened with. `phones` and `addresses` map what the customer calls them to the full text."""

    id: str
    username: str
    password: str
    display_name: str
    lang: Lang
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    phones: Sequence[tuple[str, str]] = ()
    addresses: Sequence[tuple[str, str]] = ()
    allergens: frozenset[Allergen] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Accounts:
    records: Records
    writer: Writer
    secrets: Secrets
    attempts: Attempts
    clock: Clock
    ids: Ids

    def sign_in(self, username: str, password: str) -> str | None:
        """The customer's id; None for a wrong name, a wrong password and too many tries alike, after as long a time."""
        credential = self.records.credential_by_username(username.strip().casefold())
        return credential.customer_id if self._matches(credential, password) and credential else None

    def is_password(self, customer_id: str, password: str) -> bool:
        """Of a customer who has signed in already; counted like signing in."""
        return self._matches(self.records.credential(customer_id), password)

    def _matches(self, credential: Credential | None, password: str) -> bool:
        counted = self.attempts.count(credential.customer_id, SIGN_IN_LIMIT) if credential else Counted(None)
        may_match = credential is not None and counted.left is not None
        is_match = self.secrets.matches(credential.password_hash if credential and may_match else None, password)
        if credential is None or not is_match:
            return False
        self.attempts.clear(credential.customer_id, SIGN_IN_LIMIT)
        return True

    def open(self, new: NewCustomer) -> Customer:
        """An account with an empty wallet that is not yet bound. Idempotent by customer id. Raises UsernameTaken, KeyReused."""
        now = self.clock.now()
        customer = Customer(new.id, new.display_name, new.lang, new.zone, new.allergens)
        username, zero = new.username.casefold(), Money.zero(new.currency)
        inserts = [
            Insert(customer),
            Insert(Credential(new.id, username, self.secrets.hash(new.password), None), UsernameTaken()),
            Insert(Wallet(new.id, zero, zero, bound=False)),
        ]
        for label, digits in new.phones:
            entry = self._vault(new.id, "phone", digits)
            inserts += [
                Insert(entry),
                Insert(Contact(derived_id("con", new.id, label), new.id, label, entry.id, mask_phone(digits))),
            ]
        for number, (label, text) in enumerate(new.addresses):
            entry = self._vault(new.id, "address", text)
            address_id = f"adr_{new.id}_{number:03}"
            inserts += [Insert(entry), Insert(Address(address_id, new.id, label, entry.id, mask_address(text)))]
        kept = [insert.value for insert in inserts if isinstance(insert.value, VaultEntry)]
        trace = (TraceEvent(new.id, "account_opened", {}, now), *map(text_kept, kept))
        key = f"account:{new.id}"
        # Only the id is the fingerprint: a hash of names would outlive their erasure. What is there already is compared itself.
        committed = self.writer.commit(Unit(key, new.id, now, inserts=tuple(inserts), trace=trace))
        if committed.replayed and not self._is_theirs(self.records.credential(new.id), username, new.password):
            raise KeyReused(key=key)
        return customer

    def _is_theirs(self, credential: Credential | None, username: str, password: str) -> bool:
        is_named_so = credential is not None and credential.username == username
        return credential is not None and is_named_so and self.secrets.matches(credential.password_hash, password)

    def _vault(self, customer_id: str, kind: VaultKind, text: str) -> VaultEntry:
        return VaultEntry(self.ids.new("vlt"), customer_id, kind, self.ids.new("slt"), text, self.clock.now())
