"""The open exceptions of a period, by the tie-out that they stand against.

An exception carries no date of its own but those on which it was seen. It belongs to the period of the thing
that it is about, which one of its keys names; where no key does, to the period in which it was first seen.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from expectations.verdict import MISSING_FILE, WAIVED
from journal.period import ALL_LOCATIONS, Period

DELIVERIES = "deliveries"
"""The line of the checklist for whatever is wrong with files and rows before anything can be compared."""

#: Suite -> the tie-out whose figures its exceptions put in doubt. Any other suite is about deliveries.
TIE_OUT_OF_SUITE = {
    **dict.fromkeys(
        (
            "balancing_differences", "billing_exceptions", "claims_feed", "clinic_settings_history",
            "closed_period_reports", "patient_payment_log", "payment_balancing", "restatement_log",
        ),
        "balancing",
    ),
    **dict.fromkeys(
        (
            "appointments", "disbursements", "escrow", "escrow_rollforward", "legacy_clearing",
            "patient_accounts", "posting_differences", "receipt_applications", "receipt_status_log",
            "receipts", "refunds",
        ),
        "escrow",
    ),
    "receipt_payment_bridge": "bridge",
    **dict.fromkeys(
        (
            "era_adjustments", "era_balance_checks", "era_claims", "era_dashboard", "era_payer_totals",
            "era_provider_adjustments", "era_remittances", "era_service_lines", "money_trail",
            "provider_adjustment_ledger",
        ),
        "remittances",
    ),
    "deposit_reconciliation": "deposits",
    **dict.fromkeys(
        (
            "charge_rule_coverage", "claim_lifecycle", "claim_status_changes", "claims",
            "failed_charge_reasons", "failed_charges", "formatter_runs", "scrub_delta",
        ),
        "failed_charges",
    ),
}  # fmt: skip

#: Opens a query: every exception as ``dated``, with the day that it belongs to.
DATED = """
    with days as (
        select key, min(happened_on) as happened_on
        from (
            select receipt_id as key, received_on as happened_on from marts.receipts
            union all
            select unit_key, balanced_on from marts.balancing_differences where date_basis = 'clinic'
            union all select remittance_key, payment_on from marts.era_remittances
            union all
            select claims.claim_payment_key, remittances.payment_on
            from marts.era_claims as claims
            inner join marts.era_remittances as remittances using (remittance_key)
            union all
            select bank_account || '|' || deposit_id, deposited_on from marts.deposit_reconciliation
            union all select expected_key, expected_on from marts.deposit_reconciliation
            union all
            select company_id || '|' || charge_record_id, oldest_failure_on from marts.failed_charges
            union all select disbursement_id, disbursed_on from marts.disbursements
            union all select refund_id, refunded_on from marts.refunds
            union all
            select source || '|' || location_id || '|' || due_on, due_on from marts.expected_files
        )
        where key is not null and happened_on is not null
        group by key
    ),
    dated as (
        select
            found.*,
            coalesce(
                by_key.happened_on, by_first_part.happened_on, by_left_key.happened_on, found.first_seen_on
            ) as happened_on
        from exceptions.exceptions as found
        left join days as by_key on found.business_key = by_key.key
        left join days as by_first_part on split_part(found.business_key, '|', 1) = by_first_part.key
        left join days as by_left_key on found.left_key = by_left_key.key
    )
"""

_COUNTED = f"""{DATED}
    select happened_on, location_id, suite,
           count(*) filter (where status <> $waived and kind = $missing_file) as missing_files,
           count(*) filter (where status <> $waived and kind <> $missing_file and severity = 'critical'),
           count(*) filter (where status <> $waived and kind <> $missing_file and severity <> 'critical'),
           count(*) filter (where status = $waived)
    from dated
    group by all order by all"""  # noqa: S608 - only texts of this module are put in


_NAMED = f"""{DATED}
    select suite, exception_id
    from dated
    where happened_on between $start_on and $end_on
      and ($location_id = $all_locations or location_id = $location_id)
    order by exception_id limit $most"""  # noqa: S608 - only texts of this module are put in


@dataclass(frozen=True, slots=True)
class OpenExceptions:
    """How many there are against one tie-out. A waived one is counted apart and never left out."""

    missing_files: int = 0
    critical: int = 0
    other: int = 0
    waived: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.missing_files + self.critical + self.other + self.waived

    def __add__(self, more: "OpenExceptions") -> "OpenExceptions":
        return OpenExceptions(
            self.missing_files + more.missing_files,
            self.critical + more.critical,
            self.other + more.other,
            self.waived + more.waived,
        )


class ExceptionsByDay:
    """The open exceptions of one published file by the day and the location that they belong to.

    They are counted once, when they are first asked for: many periods are looked at together.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._days: dict[date, list[tuple[str | None, str, OpenExceptions]]] | None = None

    def of(self, period: Period) -> dict[str, OpenExceptions]:
        """Tie-out -> the open exceptions of the period; tie-outs without any are left out."""
        found: dict[str, OpenExceptions] = {}
        by_day = self._counted()
        length = (period.end_on - period.start_on).days + 1
        for day in (period.start_on + timedelta(days=number) for number in range(length)):
            for location_id, tie_out, counted in by_day.get(day, ()):
                if period.location_id in (ALL_LOCATIONS, location_id):
                    found[tie_out] = found.get(tie_out, OpenExceptions()) + counted
        return found

    def _counted(self) -> dict[date, list[tuple[str | None, str, OpenExceptions]]]:
        if self._days is None:
            rows = self._connection.execute(
                _COUNTED, {"waived": WAIVED, "missing_file": MISSING_FILE}
            ).fetchall()
            self._days = {}
            for day, location_id, suite, *counts in rows:
                tie_out = TIE_OUT_OF_SUITE.get(suite, DELIVERIES)
                self._days.setdefault(day, []).append((location_id, tie_out, OpenExceptions(*counts)))
        return self._days


def exception_ids(
    connection: duckdb.DuckDBPyConnection, period: Period, most: int
) -> dict[str, tuple[str, ...]]:
    """Tie-out -> the ids of its exceptions in the period; nothing where there are more than ``most``."""
    rows = connection.execute(
        _NAMED,
        {
            "start_on": period.start_on,
            "end_on": period.end_on,
            "location_id": period.location_id,
            "all_locations": ALL_LOCATIONS,
            "most": most + 1,
        },
    ).fetchall()
    found: dict[str, tuple[str, ...]] = {}
    for suite, exception_id in rows if len(rows) <= most else ():
        tie_out = TIE_OUT_OF_SUITE.get(suite, DELIVERIES)
        found[tie_out] = (*found.get(tie_out, ()), exception_id)
    return found
