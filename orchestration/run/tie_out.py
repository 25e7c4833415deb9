"""The tie-out: the few totals that say whether a published warehouse ties, read from its marts.

They are printed at the end of a run and kept in the manifest as its control totals. Amounts are exact
decimals and become text where they leave Python.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.named_rows import named_rows

_QUERIES = {
    "files": """
        select count(*) as files,
               count(*) filter (where verdict = 'loaded') as loaded,
               count(*) filter (where verdict = 'duplicate') as duplicate,
               count(*) filter (where verdict = 'set_aside') as set_aside
        from marts.loads""",
    "records": """
        select coalesce(sum(records_read), 0)::bigint as "read",
               coalesce(sum(records_kept), 0)::bigint as kept,
               coalesce(sum(records_quarantined), 0)::bigint as quarantined,
               coalesce(sum(records_skipped), 0)::bigint as skipped,
               coalesce(sum(records_duplicate), 0)::bigint as duplicate,
               count(*) filter (where not is_conserved) as files_not_conserved
        from marts.loads""",
    "amounts": """
        select coalesce(sum(control_amount_read), 0)::decimal(18, 2) as "read",
               coalesce(sum(control_amount_kept), 0)::decimal(18, 2) as kept,
               coalesce(sum(control_amount_quarantined), 0)::decimal(18, 2) as quarantined,
               coalesce(sum(control_amount_duplicate), 0)::decimal(18, 2) as duplicate
        from marts.loads""",
    "payment_balancing": """
        select coalesce(sum(emr_amount), 0)::decimal(18, 2) as emr_amount,
               coalesce(sum(billing_amount), 0)::decimal(18, 2) as billing_amount,
               coalesce(sum(difference_amount), 0)::decimal(18, 2) as difference_amount,
               coalesce(sum(expected_difference_amount), 0)::decimal(18, 2) as expected_difference_amount,
               coalesce(sum(open_difference_amount), 0)::decimal(18, 2) as open_difference_amount,
               count(*) filter (where exception_count > 0) as open_cells
        from marts.payment_balancing where date_basis = 'clinic' and window_kind = 'day'""",
    "payment_balancing_rows": """
        select coalesce(sum(emr_amount), 0)::decimal(18, 2) as emr_amount,
               coalesce(sum(billing_amount), 0)::decimal(18, 2) as billing_amount,
               coalesce(sum(difference_amount), 0)::decimal(18, 2) as difference_amount,
               coalesce(sum(expected_difference_amount), 0)::decimal(18, 2) as expected_difference_amount,
               coalesce(sum(open_difference_amount), 0)::decimal(18, 2) as open_difference_amount
        from marts.payment_balancing""",
    "escrow_rollforward": """
        select coalesce(sum(received_amount), 0)::decimal(18, 2) as received_amount,
               coalesce(sum(applied_amount), 0)::decimal(18, 2) as applied_amount,
               coalesce(sum(disbursed_amount), 0)::decimal(18, 2) as disbursed_amount,
               coalesce(sum(refunded_amount), 0)::decimal(18, 2) as refunded_amount
        from marts.escrow_rollforward where date_basis = 'received' and window_kind = 'month'""",
    "receipts": """
        select count(*) as receipts,
               coalesce(sum(amount), 0)::decimal(18, 2) as amount,
               coalesce(sum(escrow_amount), 0)::decimal(18, 2) as escrow_amount
        from marts.receipts""",
    "eras": """
        select count(*) as remittances,
               coalesce(sum(claim_count), 0)::bigint as claims,
               coalesce(sum(service_line_count), 0)::bigint as service_lines,
               coalesce(sum(payment_amount), 0)::decimal(18, 2) as payment_amount,
               count(*) filter (where balance_outcome = 'balanced') as balanced,
               count(*) filter (where balance_outcome = 'mismatch') as mismatch,
               count(*) filter (where balance_outcome = 'not_evaluable') as not_evaluable
        from marts.era_remittances where not is_duplicate""",
    "claims": """
        select count(*) as claims,
               coalesce(sum(charge_amount), 0)::decimal(18, 2) as charge_amount,
               coalesce(sum(balance_amount), 0)::decimal(18, 2) as balance_amount
        from marts.claims""",
}

_EXCEPTIONS = """
    select kind, severity, count(*) as exceptions,
           coalesce(sum(amount_at_stake), 0)::decimal(18, 2) as amount_at_stake
    from exceptions.exceptions group by kind, severity order by kind"""


@dataclass(frozen=True, slots=True)
class TieOut:
    """The totals by section, and one line per kind of exception that is there."""

    sections: dict[str, dict[str, Any]]
    exceptions: list[dict[str, Any]]

    @property
    def exception_count(self) -> int:
        """Everything that does not tie."""
        return sum(row["exceptions"] for row in self.exceptions)

    def as_json(self) -> dict[str, Any]:
        """The same with amounts as text."""
        return {
            **{name: _texts(section) for name, section in self.sections.items()},
            "exceptions": [_texts(row) for row in self.exceptions],
        }


def tie_out(connection: duckdb.DuckDBPyConnection) -> TieOut:
    """The totals of the warehouse that ``connection`` has open."""
    sections = {name: named_rows(connection.execute(query))[0] for name, query in _QUERIES.items()}
    return TieOut(sections, named_rows(connection.execute(_EXCEPTIONS)))


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    """Counts stay numbers; everything else becomes text."""
    return {name: value if isinstance(value, int) else str(value) for name, value in row.items()}
