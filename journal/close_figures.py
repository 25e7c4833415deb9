"""Figures as a signature binds them: one line of text each, and what became of them since.

A line holds location, tie-out, figure, amount and count, joined by bars. Equal figures are equal text, so a
hash over the lines stands for them. Does not belong here: reading figures from a published file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_BAR = "|"
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which figure: of which location and tie-out."""

    location_id: str
    tie_out: str
    figure: str


@dataclass(frozen=True, slots=True, order=True)
class Movement:
    """A bound figure that is not what it was. What is not there counts as nothing."""

    key: Key
    from_amount: Decimal
    to_amount: Decimal
    from_count: int
    to_count: int

    @property
    def sentence(self) -> str:
        """What moved, as people read it."""
        counts = (
            f", {self.from_count:,} to {self.to_count:,} items" if self.from_count != self.to_count else ""
        )
        return (
            f"{self.key.location_id} {self.key.tie_out} {self.key.figure.replace('_', ' ')}:"
            f" {self.from_amount:,.2f} to {self.to_amount:,.2f}{counts}"
        )


@dataclass(frozen=True, slots=True, order=True)
class LateItem:
    """By how much a figure of a signed period moved; it shows in a later period. ``signed`` is its name."""

    signed: str
    key: Key
    amount: Decimal
    item_count: int

    @property
    def sentence(self) -> str:
        """What came late, as people read it."""
        items = f", {self.item_count:+,} items" if self.item_count else ""
        amount = f"{self.amount:+,.2f}" if self.amount else "0.00"
        figure = self.key.figure.replace("_", " ")
        return f"{self.signed} {self.key.location_id} {self.key.tie_out} {figure}: {amount}{items}"


def line_of(key: Key, amount: Decimal, item_count: int) -> str:
    """A figure as one line."""
    return _BAR.join((key.location_id, key.tie_out, key.figure, f"{amount:.2f}", str(item_count)))


def values_of(lines: Iterable[str]) -> dict[Key, tuple[Decimal, int]]:
    """The figures of lines: key -> amount and count."""
    values = {}
    for line in lines:
        # A location may be a source's own id; whatever it holds, the last four parts are ours.
        location_id, tie_out, figure, amount, item_count = line.rsplit(_BAR, 4)
        values[Key(location_id, tie_out, figure)] = (Decimal(amount), int(item_count))
    return values


def movements(before: Iterable[str], after: Iterable[str]) -> list[Movement]:
    """Every figure that is not the same in two sets of lines."""
    was, now = values_of(before), values_of(after)
    moved = []
    for key in sorted(was.keys() | now.keys()):
        from_amount, from_count = was.get(key, (_NOTHING, 0))
        to_amount, to_count = now.get(key, (_NOTHING, 0))
        if (from_amount, from_count) != (to_amount, to_count):
            moved.append(Movement(key, from_amount, to_amount, from_count, to_count))
    return moved


def late_lines(
    signed: str, then: Sequence[str], now: Sequence[str], carried: Iterable[str] = ()
) -> tuple[str, ...]:
    """What became known of a period since it was signed and no later signature carries: a line a figure.

    signed   name of the period, which opens each line
    then     the lines that were signed
    now      the lines as they are
    carried  lines of this kind that later signatures bound
    """
    prefix = f"{signed}{_BAR}"
    was, is_now = values_of(then), values_of(now)
    late: dict[Key, tuple[Decimal, int]] = {}
    for key in was.keys() | is_now.keys():
        from_amount, from_count = was.get(key, (_NOTHING, 0))
        to_amount, to_count = is_now.get(key, (_NOTHING, 0))
        late[key] = (to_amount - from_amount, to_count - from_count)
    for line in carried:
        if line.startswith(prefix):
            for key, (amount, count) in values_of([line.removeprefix(prefix)]).items():
                left_amount, left_count = late.get(key, (_NOTHING, 0))
                late[key] = (left_amount - amount, left_count - count)
    return tuple(sorted(prefix + line_of(key, *value) for key, value in late.items() if any(value)))


def late_item(line: str) -> LateItem:
    """The late item of a line that `late_lines` made."""
    signed, _, rest = line.partition(_BAR)
    ((key, (amount, item_count)),) = values_of([rest]).items()
    return LateItem(signed, key, amount, item_count)
