"""The checklist of a period: every tie-out with its figures, what is open against it, and how far it ties."""

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from expectations.verdict import LADDER, Grounds, Verdict, verdict
from journal.period import Period
from orchestration.close.figures import Figure, bound_lines, read_figures
from orchestration.close.open_exceptions import DELIVERIES, ExceptionsByDay, OpenExceptions

TIE_OUTS = {
    DELIVERIES: "Deliveries: every expected file, every row",
    "balancing": "EMR against billing",
    "escrow": "Escrow roll-forward",
    "bridge": "Receipts against payments",
    "remittances": "Remittances",
    "deposits": "Deposits at the bank",
    "failed_charges": "Failed charges",
}
"""In the order of the checklist, with their titles."""


@dataclass(frozen=True, slots=True)
class TieOut:
    """One line of the checklist. ``figures`` are those of every location that the period is of."""

    name: str
    figures: tuple[Figure, ...]
    exceptions: OpenExceptions

    @property
    def title(self) -> str:
        """What people call it."""
        return TIE_OUTS[self.name]

    @property
    def remainder_count(self) -> int:
        """How many of its sums leave a remainder. Two that cancel out are two."""
        return sum(figure.role == "remainder" and figure.amount != 0 for figure in self.figures)

    @property
    def verdict(self) -> Verdict:
        """How far it ties."""
        return verdict(
            Grounds(
                missing_files=self.exceptions.missing_files,
                unproven=self.remainder_count,
                critical=self.exceptions.critical,
                # What is open in the figures is an exception as well, where a kind of it exists.
                other=max(self.exceptions.other, self._count("open") if not self.exceptions.critical else 0),
                waived=self.exceptions.waived,
                pending=self._count("pending"),
            )
        )

    def totals(self) -> list[tuple[str, str, bool, Decimal, int]]:
        """(figure, role, is_binding, amount, count) over all locations, in the order of the checklist."""
        added: dict[str, tuple[int, str, bool, Decimal, int]] = {}
        for figure in self.figures:
            number, role, is_binding, amount, count = added.get(
                figure.key.figure, (0, figure.role, figure.is_binding, Decimal("0.00"), 0)
            )
            # A remainder comes after the last figure that its location has: its number differs by location.
            number = max(number, figure.number)
            added[figure.key.figure] = (
                number,
                role,
                is_binding,
                amount + figure.amount,
                count + figure.item_count,
            )
        ordered = sorted(added.items(), key=lambda one: (one[1][0], one[1][1] == "remainder", one[0]))
        return [(name, *values) for name, (_, *values) in ordered]  # type: ignore[misc]

    def _count(self, role: str) -> int:
        return sum(figure.item_count for figure in self.figures if figure.role == role)


@dataclass(frozen=True, slots=True)
class Checklist:
    """A period with all of its tie-outs."""

    period: Period
    tie_outs: tuple[TieOut, ...]

    @property
    def has_figures(self) -> bool:
        """Whether anything was published of the period."""
        return any(tie_out.figures for tie_out in self.tie_outs)

    @property
    def lines(self) -> tuple[str, ...]:
        """The figures as a signature binds them."""
        return bound_lines(figure for tie_out in self.tie_outs for figure in tie_out.figures)

    @property
    def verdict(self) -> Verdict:
        """The worst of its tie-outs, with the grounds of all."""
        grounds = [tie_out.verdict.grounds for tie_out in self.tie_outs]
        whole = verdict(
            Grounds(
                missing_files=sum(each.missing_files for each in grounds),
                unproven=sum(each.unproven for each in grounds),
                critical=sum(each.critical for each in grounds),
                other=sum(each.other for each in grounds),
                waived=sum(each.waived for each in grounds),
                pending=sum(each.pending for each in grounds),
            )
        )
        assert whole.word == min((tie_out.verdict.word for tie_out in self.tie_outs), key=LADDER.index)
        return whole


def read_checklist(
    connection: duckdb.DuckDBPyConnection, period: Period, exceptions: ExceptionsByDay
) -> Checklist:
    """The checklist of a period from the published file that ``connection`` has open."""
    figures = read_figures(connection, period)
    found = exceptions.of(period)
    return Checklist(
        period,
        tuple(
            TieOut(
                name,
                tuple(figure for figure in figures if figure.key.tie_out == name),
                found.get(name, OpenExceptions()),
            )
            for name in TIE_OUTS
        ),
    )
