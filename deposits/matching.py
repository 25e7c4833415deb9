"""The matching of bank entries and expected payments.

Belongs here: what counts as evidence, in which order, and what is left open. Does not belong here: subset
sums, which are only ever suggested (`deposits.suggestions`).

Evidence, strongest first. Each pass sees what the passes before it left open.

1. `trace`       the trace of the payment (TRN02) with its payer (TRN03), and then the trace alone where one
                 side does not know the payer
2. `reference`   check number, settlement, returned check: how the money moved, and its number
3. `deposit_day` the deposit that the books declare: account and day
4. `amount`      amount, payer, account and a window of business days; or all that one payer paid on one day

Before all of them counts what a person has chosen (`person`), as long as both ends have the amounts that the
person saw.

Under a shared name (1 to 3) the amounts that fit one to one are pairs; then one against many is a match when
the sums are equal. What has the same name and another amount is told (`amount_differs`), not hidden; several
against several is `ambiguous`. By amount (4) a match is confirmed only when both ends have no other
candidate; every end of anything else is `ambiguous`. No decision depends on the order of the rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from deposits.suggestions import suggest

MATCHED = "matched"
AMOUNT_DIFFERS = "amount_differs"
WRONG_ACCOUNT = "wrong_account"
WRONG_ACCOUNT_CORRECTED = "wrong_account_corrected"
RETURNED = "returned"
AMBIGUOUS = "ambiguous"
FEE = "bank_fee"
TRANSFER = "transfer"
WAITING_ENTRY, LATE_ENTRY = "waiting_for_remittance", "deposit_without_remittance"
WAITING_ITEM, LATE_ITEM = "waiting_for_deposit", "remittance_without_deposit"


class Entry(NamedTuple):
    """An entry of a bank account; days are numbers of business days, money is in cents."""

    key: str
    account: str
    channel: str
    trace: str | None
    payer: str | None
    reference: str | None
    cents: int
    day: int
    wait_days: int


class Item(NamedTuple):
    """A payment that the books expect."""

    key: str
    channel: str
    trace: str | None
    payer: str | None
    reference: str | None
    account: str | None
    cents: int
    day: int
    declared_day: int | None
    days_before: int
    days_after: int
    wait_days: int


class Choice(NamedTuple):
    """What a person chose: the entry is these items, with the amounts in cents that the person saw."""

    entry_key: str
    entry_cents: int
    items: tuple[tuple[str, int], ...]


class Piece(NamedTuple):
    """Money of an entry, of an item, or of both, in one status.

    business_days            from the day of the money to the as-of date, where it is still open
    candidate_count          ends that an ambiguous piece could have had
    suggested_keys           ends whose amounts add up to it, with what that is worth
    coincidence_per_million  how many such hits chance alone would bring, times a million
    """

    group_key: str
    entry_key: str | None
    item_key: str | None
    bank_cents: int
    item_cents: int
    status: str
    evidence: str | None
    business_days: int | None = None
    candidate_count: int | None = None
    suggested_keys: str | None = None
    suggestion_count: int | None = None
    coincidence_per_million: int | None = None


class _Matching:
    """What is open, and the pieces so far."""

    def __init__(self, entries: Iterable[Entry], items: Iterable[Item]) -> None:
        self.entries = {entry.key: entry for entry in sorted(entries)}
        self.items = {item.key: item for item in sorted(items, key=lambda item: item.key)}
        self.known_entries = dict(self.entries)
        self.pieces: list[Piece] = []

    def confirm(self, entries: Sequence[Entry], items: Sequence[Item], evidence: str) -> None:
        """Close a group of one against one or one against many; a difference falls on its last piece."""
        difference = sum(entry.cents for entry in entries) - sum(item.cents for item in items)
        accounts = {entry.account for entry in entries}
        wrong = any(item.account is not None and {item.account} != accounts for item in items)
        status = AMOUNT_DIFFERS if difference else WRONG_ACCOUNT if wrong else MATCHED
        group = entries[0].key
        if len(items) == 1:
            shares = [entry.cents for entry in entries[:-1]]
            shares.append(items[0].cents - sum(shares))
            rows = [
                (entry, items[0], entry.cents, share) for entry, share in zip(entries, shares, strict=True)
            ]
        else:
            shares = [item.cents for item in items[:-1]]
            shares.append(entries[0].cents - sum(shares))
            rows = [(entries[0], item, share, item.cents) for item, share in zip(items, shares, strict=True)]
        for entry, item, bank_cents, item_cents in rows:
            self.pieces.append(Piece(group, entry.key, item.key, bank_cents, item_cents, status, evidence))
        self.close(entries, items)

    def alone(self, entry: Entry, status: str, group: str, evidence: str | None) -> None:
        """Close an entry that has no expected payment and needs none."""
        self.pieces.append(Piece(group, entry.key, None, entry.cents, 0, status, evidence))
        self.close([entry], [])

    def undecided(self, entries: Sequence[Entry], items: Sequence[Item], evidence: str) -> None:
        """Close a group between whose ends nobody may choose."""
        group = min([entry.key for entry in entries] + [item.key for item in items])
        for entry in entries:
            self.pieces.append(
                Piece(group, entry.key, None, entry.cents, 0, AMBIGUOUS, evidence, None, len(items))
            )
        for item in items:
            self.pieces.append(
                Piece(group, None, item.key, 0, item.cents, AMBIGUOUS, evidence, None, len(entries))
            )
        self.close(entries, items)

    def close(self, entries: Iterable[Entry], items: Iterable[Item]) -> None:
        for entry in entries:
            del self.entries[entry.key]
        for item in items:
            del self.items[item.key]


def match(
    entries: Iterable[Entry], items: Iterable[Item], as_of_day: int, choices: Iterable[Choice] = ()
) -> list[Piece]:
    """The pieces, sorted. Keys must be unique on each side.

    ``choices`` come in the order in which people made them: of two for one end the first counts.

    Every entry and every item is in pieces of one status; the pieces of each add up to its amount.
    """
    matching = _Matching(entries, items)
    _keep_choices(matching, choices)
    _set_fees_aside(matching)
    for evidence, entry_name, item_name, may_differ in _NAMES:
        _match_by_name(matching, evidence, entry_name, item_name, may_differ)
    _match_by_amount(matching)
    _match_transfers(matching)
    _find_returns(matching)
    _correct_accounts(matching)
    _leave_open(matching, as_of_day)
    return sorted(
        matching.pieces, key=lambda piece: (piece.group_key, piece.entry_key or "", piece.item_key or "")
    )


def _keep_choices(matching: _Matching, choices: Iterable[Choice]) -> None:
    """What a person chose is not asked again, unless an end is gone or has another amount since."""
    for choice in choices:
        entry = matching.entries.get(choice.entry_key)
        items = [matching.items.get(key) for key, _ in choice.items]
        found = [item for item in items if item is not None]
        if (
            entry is not None
            and found
            and entry.cents == choice.entry_cents
            and [(item.key, item.cents) for item in found] == list(choice.items)
        ):
            matching.confirm([entry], found, "person")


def _set_fees_aside(matching: _Matching) -> None:
    for entry in [entry for entry in matching.entries.values() if entry.channel == "fee"]:
        matching.alone(entry, FEE, entry.key, "kind_of_entry")


def _both(*parts: Hashable | None) -> Hashable | None:
    return None if None in parts else parts


# Evidence, name of an entry, name of an item, and whether the name is enough where the amounts differ.
_NAMES: tuple[
    tuple[str, Callable[[Entry], Hashable | None], Callable[[Item], Hashable | None], bool], ...
] = (
    ("trace", lambda e: _both(e.trace, e.payer), lambda i: _both(i.trace, i.payer), True),
    ("trace", lambda e: e.trace if e.payer is None else None, lambda i: i.trace, True),
    ("trace", lambda e: e.trace, lambda i: i.trace if i.payer is None else None, True),
    ("reference", lambda e: _both(e.channel, e.reference), lambda i: _both(i.channel, i.reference), True),
    (
        "deposit_day",
        lambda e: ("slip", e.account, e.day) if e.channel == "slip" else None,
        lambda i: _both("slip", i.account, i.declared_day) if i.channel == "slip" else None,
        True,
    ),
    (
        "deposit_day",
        lambda e: ("check", e.account, e.day) if e.channel == "check" else None,
        lambda i: _both("check", i.account, i.declared_day) if i.channel == "check" else None,
        False,
    ),
)


def _match_by_name(
    matching: _Matching,
    evidence: str,
    entry_name: Callable[[Entry], Hashable | None],
    item_name: Callable[[Item], Hashable | None],
    may_differ: bool,
) -> None:
    groups: dict[Hashable, tuple[list[Entry], list[Item]]] = defaultdict(lambda: ([], []))
    for item in matching.items.values():
        name = item_name(item)
        if name is not None:
            groups[name][1].append(item)
    for entry in matching.entries.values():
        name = entry_name(entry)
        if name is not None and name in groups:
            groups[name][0].append(entry)
    for group_entries, group_items in groups.values():
        if group_entries:
            _match_group(matching, evidence, group_entries, group_items, may_differ)


def _match_group(
    matching: _Matching, evidence: str, entries: list[Entry], items: list[Item], may_differ: bool
) -> None:
    """Equal amounts first, those of one account before others; then one against many; then what is left."""
    for entry_part, item_part in (
        (lambda e: (e.account, e.cents), lambda i: (i.account, i.cents)),
        (lambda e: e.cents, lambda i: i.cents),
    ):  # type: tuple[Callable[[Entry], Hashable], Callable[[Item], Hashable]]
        entries, items = _pair_equal(matching, evidence, entries, items, entry_part, item_part)
    if not entries or not items:
        return
    is_one_sided = len(entries) == 1 or len(items) == 1
    is_sum = sum(entry.cents for entry in entries) == sum(item.cents for item in items)
    if is_one_sided and is_sum:
        matching.confirm(entries, items, evidence)
    elif may_differ and len(items) == 1:
        # An entry that goes the other way is a return, not a payment of another amount.
        alike = [entry for entry in entries if (entry.cents > 0) == (items[0].cents > 0)]
        if alike:
            matching.confirm(alike, items, evidence)
    elif may_differ or _share_an_amount(entries, items):
        matching.undecided(entries, items, evidence)


def _share_an_amount(entries: list[Entry], items: list[Item]) -> bool:
    return not {entry.cents for entry in entries}.isdisjoint(item.cents for item in items)


def _pair_equal(
    matching: _Matching,
    evidence: str,
    entries: list[Entry],
    items: list[Item],
    entry_part: Callable[[Entry], Hashable],
    item_part: Callable[[Item], Hashable],
) -> tuple[list[Entry], list[Item]]:
    entry_counts = Counter(map(entry_part, entries))
    item_counts = Counter(map(item_part, items))
    ends = {item_part(item): item for item in items}
    paired: set[str] = set()
    for entry in entries:
        part = entry_part(entry)
        if entry_counts[part] == 1 and item_counts[part] == 1:
            matching.confirm([entry], [ends[part]], evidence)
            paired |= {entry.key, ends[part].key}
    return (
        [entry for entry in entries if entry.key not in paired],
        [item for item in items if item.key not in paired],
    )


def _match_by_amount(matching: _Matching) -> None:
    """Confirm an edge when neither end has another; an edge may hold all that one payer paid on one day."""
    bundles = _bundles(matching)
    by_amount: dict[tuple[str, int], list[tuple[Item, ...]]] = defaultdict(list)
    for bundle in bundles:
        by_amount[bundle[0].channel, sum(item.cents for item in bundle)].append(bundle)
    edges: list[tuple[Entry, tuple[Item, ...]]] = []
    for entry in matching.entries.values():
        for bundle in by_amount.get((entry.channel, entry.cents), ()):
            if _could_be(entry, bundle):
                edges.append((entry, bundle))
    ends = Counter(entry.key for entry, _ in edges)
    item_ends = Counter(item.key for _, bundle in edges for item in bundle)
    sure = [
        edge for edge in edges if ends[edge[0].key] == 1 and all(item_ends[item.key] == 1 for item in edge[1])
    ]
    for entry, bundle in sure:
        matching.confirm([entry], bundle, "amount" if len(bundle) == 1 else "payer_day")
    certain = {entry.key for entry, _ in sure}
    for entries, items in _components([edge for edge in edges if edge[0].key not in certain]):
        matching.undecided(entries, items, "amount")


def _bundles(matching: _Matching) -> list[tuple[Item, ...]]:
    """Every open item by itself, and all items of one payer and day together where there are several."""
    of_payer: dict[tuple[str, str, int], list[Item]] = defaultdict(list)
    for item in matching.items.values():
        if item.payer is not None:
            of_payer[item.channel, item.payer, item.day].append(item)
    together = [tuple(items) for items in of_payer.values() if len(items) > 1]
    return [(item,) for item in matching.items.values()] + together


def _could_be(entry: Entry, bundle: tuple[Item, ...]) -> bool:
    """Whether payer, account and days allow it. Only a known payer can have paid several in one."""
    for item in bundle:
        if entry.payer != item.payer and (len(bundle) > 1 or None not in (entry.payer, item.payer)):
            return False
        # Two different names are two different payments, whatever the amount.
        if len(bundle) == 1 and (
            _differ(entry.trace, item.trace) or _differ(entry.reference, item.reference)
        ):
            return False
        if item.account is not None and item.account != entry.account:
            return False
        if not item.day - item.days_before <= entry.day <= item.day + item.days_after:
            return False
    return True


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _components(
    edges: list[tuple[Entry, tuple[Item, ...]]],
) -> list[tuple[list[Entry], list[Item]]]:
    """Everything that hangs together, in the order of the keys."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    entries = {entry.key: entry for entry, _ in edges}
    items = {item.key: item for _, bundle in edges for item in bundle}
    for entry, bundle in edges:
        for item in bundle:
            one, other = sorted((find(f"e{entry.key}"), find(f"i{item.key}")))
            leader[other] = one
    parts: dict[str, tuple[list[Entry], list[Item]]] = defaultdict(lambda: ([], []))
    for key in sorted(entries):
        parts[find(f"e{key}")][0].append(entries[key])
    for key in sorted(items):
        parts[find(f"i{key}")][1].append(items[key])
    return [parts[name] for name in sorted(parts)]


# Business days within which a transfer leaves one account and reaches the other.
_TRANSFER_DAYS = 3


def _match_transfers(matching: _Matching) -> None:
    """Money that left one account of the practice and reached another is no payment of anybody."""
    transfers = [entry for entry in matching.entries.values() if entry.channel == "transfer"]
    arrived = defaultdict(list)
    for entry in transfers:
        if entry.cents > 0:
            arrived[entry.cents].append(entry)
    edges = [
        (out, into)
        for out in transfers
        if out.cents < 0
        for into in arrived[-out.cents]
        if into.account != out.account and abs(into.day - out.day) <= _TRANSFER_DAYS
    ]
    ends = Counter(entry.key for edge in edges for entry in edge)
    for out, into in edges:
        if ends[out.key] == ends[into.key] == 1:
            group = min(out.key, into.key)
            matching.alone(out, TRANSFER, group, "amount")
            matching.alone(into, TRANSFER, group, "amount")


def _find_returns(matching: _Matching) -> None:
    """Money that the bank took back: what the books have not reversed, and which deposit it was."""
    paid: dict[Hashable, list[int]] = defaultdict(list)
    known = matching.known_entries
    for place, piece in enumerate(matching.pieces):
        if piece.entry_key is not None and piece.status in (MATCHED, WRONG_ACCOUNT):
            entry = known[piece.entry_key]
            for name in _names_of(entry):
                paid[name, piece.bank_cents].append(place)
    for entry in [entry for entry in matching.entries.values() if entry.cents < 0]:
        places = {place for name in _names_of(entry) for place in paid[name, -entry.cents]}
        if len(places) == 1:
            (place,) = places
            original = matching.pieces[place]
            matching.pieces[place] = original._replace(status=RETURNED)
            matching.alone(entry, RETURNED, original.group_key, "trace")
        elif entry.channel == "return":
            matching.alone(entry, RETURNED, entry.key, None)


def _names_of(entry: Entry) -> set[Hashable]:
    return {(entry.trace, entry.payer)} if entry.trace else set()


def _correct_accounts(matching: _Matching) -> None:
    """Money in the wrong account that was moved on from there needs nobody any more."""
    moved = Counter(
        (known.account, -known.cents)
        for piece in matching.pieces
        if piece.status == TRANSFER
        for known in [matching.known_entries[str(piece.entry_key)]]
        if known.cents < 0
    )
    wrong = defaultdict(list)
    for place, piece in enumerate(matching.pieces):
        if piece.status == WRONG_ACCOUNT:
            wrong[matching.known_entries[str(piece.entry_key)]].append(place)
    asked = Counter((entry.account, entry.cents) for entry in wrong)
    for entry, places in wrong.items():
        name = (entry.account, entry.cents)
        if asked[name] <= moved[name]:
            for place in places:
                matching.pieces[place] = matching.pieces[place]._replace(status=WRONG_ACCOUNT_CORRECTED)


def _leave_open(matching: _Matching, as_of_day: int) -> None:
    """What nothing explains: still within its time or late, and what its amount might be made of."""
    entries, items = list(matching.entries.values()), list(matching.items.values())
    suggestions = suggest(entries, items)
    for entry in entries:
        age = as_of_day - entry.day
        status = LATE_ENTRY if age > entry.wait_days else WAITING_ENTRY
        matching.pieces.append(
            Piece(
                entry.key, entry.key, None, entry.cents, 0, status, None, age, None,
                *suggestions.get(("entry", entry.key), (None, None, None)),
            )
        )  # fmt: skip
    for item in items:
        age = as_of_day - item.day
        status = LATE_ITEM if age > item.wait_days else WAITING_ITEM
        matching.pieces.append(
            Piece(
                item.key, None, item.key, 0, item.cents, status, None, age, None,
                *suggestions.get(("item", item.key), (None, None, None)),
            )
        )  # fmt: skip
