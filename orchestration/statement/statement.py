"""A statement of one location, or of all, over a span of days, read from a published file.

Amounts are exact decimals. A statement that does not add up is not hidden: `remainder` says by how much.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from orchestration.named_rows import named_rows
from orchestration.statement.classes import ORDER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Basis = Literal["clinic", "deposit", "posting"]
View = Literal["standard", "full_access"]

_TOTALS = """
    select location_id, min(location_name) as location_name,
           string_agg(distinct clinic_date_basis, ', ' order by clinic_date_basis) as clinic_date_basis,
           sum(emr_payment_count)::bigint as emr_count,
           sum(emr_amount)::decimal(18, 2) as emr_amount,
           sum(emr_due_amount)::decimal(18, 2) as due_amount,
           sum(emr_charge_amount)::decimal(18, 2) as charge_amount,
           sum(billing_payment_count)::bigint as imported_count,
           sum(billing_amount)::decimal(18, 2) as imported_amount,
           sum(staff_payment_count)::bigint as staff_count,
           sum(staff_amount)::decimal(18, 2) as staff_amount
    from marts.payment_balancing
    where window_kind = 'day' and date_basis = $basis and window_start_on between $start and $end
      and ($location is null or location_id = $location)
    group by location_id order by location_id"""

_ROWS = """
    with files as (select file_hash, min(file_name) as file_name from marts.loads group by file_hash)
    select location_id, balanced_on, charge_type, patient_id, difference_class, is_expected,
           difference_amount as amount, unit_key, emr_payment_id, billing_payment_id, emr_amount,
           billing_amount, feed_status, adjustment_payment_id,
           emr_files.file_name as emr_file, emr_row_number as emr_row,
           billing_files.file_name as billing_file, billing_row_number as billing_row
    from marts.balancing_differences
    left join files as emr_files on emr_file_hash = emr_files.file_hash
    left join files as billing_files on billing_file_hash = billing_files.file_hash
    where billing_view = $view and date_basis = $basis and balanced_on between $start and $end
      and ($location is null or location_id = $location)
    order by location_id, is_expected desc, balanced_on, charge_type, unit_key, patient_id, amount desc"""

_CLOSES = """
    with reports as (
        select location_id, period_start_on, close_version, closed_on,
               sum(emr_amount)::decimal(18, 2) as emr_amount,
               sum(case when $view = 'full_access' then billing_amount + staff_amount
                        else billing_amount end)::decimal(18, 2) as billing_amount
        from marts.closed_period_reports
        where date_basis = $basis and period_start_on >= $start and last_day(period_start_on) <= $end
          and ($location is null or location_id = $location)
        group by location_id, period_start_on, close_version, closed_on
        qualify close_version = max(close_version) over (partition by location_id, period_start_on)
    ),
    changes as (
        select location_id, period_start_on, close_version,
               count(*) as change_count,
               sum(case when source_system = 'emr' then change_amount else 0 end) as emr_change,
               sum(case when source_system = 'billing' then change_amount else 0 end) as billing_change
        from marts.restatement_log
        where date_basis = $basis and (is_in_standard_view or $view = 'full_access')
        group by all
    )
    select reports.*, coalesce(change_count, 0) as change_count,
           coalesce(emr_change, 0)::decimal(18, 2) as emr_change,
           coalesce(billing_change, 0)::decimal(18, 2) as billing_change
    from reports left join changes using (location_id, period_start_on, close_version)
    order by location_id, period_start_on"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """A closed month that lies wholly in the span: its last version, and what became known after it."""

    location_id: str
    period_start_on: date
    close_version: int
    closed_on: date
    emr_amount: Decimal
    billing_amount: Decimal
    change_count: int
    emr_change: Decimal
    billing_change: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one payment or pair adds to the difference of one day, with the rows it goes back to."""

    location_id: str
    balanced_on: date
    charge_type: str
    patient_id: str
    difference_class: str
    is_expected: bool
    amount: Decimal
    unit_key: str
    emr_payment_id: str | None
    billing_payment_id: str | None
    emr_amount: Decimal | None
    billing_amount: Decimal | None
    feed_status: str | None
    adjustment_payment_id: str | None
    emr_file: str | None
    emr_row: int | None
    billing_file: str | None
    billing_row: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """A reconciling item: all differences of one class, those apart that a later entry settled."""

    difference_class: str
    is_settled: bool
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One location over the span of days. Billing is what the view shows of it."""

    location_id: str
    location_name: str | None
    clinic_date_basis: str
    emr_count: int
    emr_amount: Decimal
    due_amount: Decimal
    charge_amount: Decimal
    billing_count: int
    billing_amount: Decimal
    staff_count: int
    staff_amount: Decimal
    differences: tuple[Difference, ...] = field(default=())
    closes: tuple[Close, ...] = field(default=())

    @property
    def difference(self) -> Decimal:
        """EMR less billing."""
        return self.emr_amount - self.billing_amount

    @property
    def expected(self) -> list[Item]:
        """The items that are reported but no exception."""
        return _items([row for row in self.differences if row.is_expected])

    @property
    def exceptional(self) -> list[Item]:
        """The items that somebody has to work."""
        return _items([row for row in self.differences if not row.is_expected])

    @property
    def remainder(self) -> Decimal:
        """What no item names: 0.00."""
        return self.difference - sum((row.amount for row in self.differences), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class TieOutStatement:
    """The statements of the locations, and what they were asked for."""

    practice_name: str
    run_id: str
    as_of: date
    start: date
    end: date
    basis: Basis
    view: View
    locations: tuple[Statement, ...]

    @property
    def together(self) -> Statement:
        """All locations as one. Its rows are theirs; a payment in two of them is one payment of its item."""
        places = self.locations
        return Statement(
            location_id="All locations",
            location_name=None,
            clinic_date_basis=", ".join(sorted({place.clinic_date_basis for place in places})),
            emr_count=sum(place.emr_count for place in places),
            emr_amount=sum((place.emr_amount for place in places), Decimal(0)),
            due_amount=sum((place.due_amount for place in places), Decimal(0)),
            charge_amount=sum((place.charge_amount for place in places), Decimal(0)),
            billing_count=sum(place.billing_count for place in places),
            billing_amount=sum((place.billing_amount for place in places), Decimal(0)),
            staff_count=sum(place.staff_count for place in places),
            staff_amount=sum((place.staff_amount for place in places), Decimal(0)),
            differences=tuple(row for place in places for row in place.differences),
        )

    @property
    def is_tied(self) -> bool:
        """Whether every location is explained to the cent."""
        return all(statement.remainder == 0 for statement in self.locations)


def read_locations(
    connection: "DuckDBPyConnection",
    location: str | None,
    start: date,
    end: date,
    basis: Basis,
    view: View,
) -> tuple[Statement, ...]:
    """The statements of the published file that ``connection`` has open, by location id.

    ``location`` is our id, or None for all of them. Locations without a payment in the span have none.
    """
    asked = {"location": location, "start": start, "end": end, "basis": basis}
    rows: dict[str, list[Difference]] = {}
    for row in named_rows(connection.execute(_ROWS, asked | {"view": view})):
        rows.setdefault(row["location_id"], []).append(Difference(**row))
    closes: dict[str, list[Close]] = {}
    for row in named_rows(connection.execute(_CLOSES, asked | {"view": view})):
        closes.setdefault(row["location_id"], []).append(Close(**row))
    return tuple(
        _statement(
            total,
            tuple(rows.get(total["location_id"], ())),
            tuple(closes.get(total["location_id"], ())),
            view,
        )
        for total in named_rows(connection.execute(_TOTALS, asked))
    )


def _statement(
    total: dict[str, Any], differences: tuple[Difference, ...], closes: tuple[Close, ...], view: View
) -> Statement:
    imported_count, imported_amount = total.pop("imported_count"), total.pop("imported_amount")
    sees_staff = view == "full_access"
    return Statement(
        **total,
        billing_count=imported_count + (total["staff_count"] if sees_staff else 0),
        billing_amount=imported_amount + (total["staff_amount"] if sees_staff else Decimal(0)),
        differences=differences,
        closes=closes,
    )


def _items(differences: list[Difference]) -> list[Item]:
    """Items in the order of the rules, the settled ones after the open ones of their class."""
    members: dict[tuple[str, bool], list[Difference]] = {}
    for row in differences:
        is_settled = row.adjustment_payment_id is not None
        members.setdefault((row.difference_class, is_settled), []).append(row)
    return [
        Item(
            name,
            is_settled,
            len({row.unit_key for row in rows}),
            sum((row.amount for row in rows), Decimal(0)),
        )
        for (name, is_settled), rows in sorted(
            members.items(), key=lambda item: (ORDER[item[0][0]], item[0][1])
        )
    ]
