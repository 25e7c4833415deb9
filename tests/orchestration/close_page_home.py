"""The published month that docs/how-to/close-a-month.md closes: one location and what is of the practice."""

from datetime import date
from pathlib import Path

from orchestration.home import Home
from tests.orchestration.close_home import Figure, close_home, moved

FIRST_RUN, LATER_RUN = date(2026, 4, 4), date(2026, 4, 10)

_FIGURES = [
    ("L1", "balancing", "emr_payments", "total", True, "1840.00", 52),
    ("L1", "balancing", "billing_payments", "item", True, "1765.00", 49),
    ("L1", "balancing", "expected_difference", "item", True, "75.00", 0),
    ("L1", "balancing", "exceptional_difference", "item", True, "0.00", 0),
    ("L1", "balancing", "remainder", "remainder", True, "0.00", 0),
    ("L1", "escrow", "opening", "total", True, "120.00", 0),
    ("L1", "escrow", "received", "item", True, "9310.45", 0),
    ("L1", "escrow", "applied", "item", True, "8905.45", 0),
    ("L1", "escrow", "disbursed", "item", True, "300.00", 0),
    ("L1", "escrow", "refunded", "item", True, "25.00", 0),
    ("L1", "escrow", "closing", "item", True, "200.00", 0),
    ("L1", "escrow", "remainder", "remainder", True, "0.00", 0),
    ("L1", "bridge", "receipts_of_period", "total", True, "9310.45", 131),
    ("L1", "bridge", "paid_in_period", "item", True, "8825.45", 402),
    ("L1", "bridge", "disbursed_in_period", "item", True, "300.00", 2),
    ("L1", "bridge", "refunded_in_period", "item", True, "25.00", 1),
    ("L1", "bridge", "left_at_period_end", "item", True, "160.00", 0),
    ("L1", "bridge", "receipts_remainder", "remainder", True, "0.00", 0),
    ("L1", "bridge", "payments_of_period", "total", True, "8905.45", 0),
    ("L1", "bridge", "from_receipts_of_period", "item", True, "8825.45", 402),
    ("L1", "bridge", "from_earlier_receipts", "item", True, "80.00", 4),
    ("L1", "bridge", "payments_remainder", "remainder", True, "0.00", 0),
    ("L1", "remittances", "checks", "total", True, "7545.45", 18),
    ("L1", "remittances", "applied_to_claims", "item", False, "7345.45", 0),
    ("L1", "remittances", "disbursed_to_legacy", "item", False, "300.00", 0),
    ("L1", "remittances", "unapplied", "item", False, "0.00", 0),
    ("L1", "remittances", "provider_level", "item", True, "-100.00", 1),
    ("L1", "remittances", "out_of_balance", "item", True, "0.00", 0),
    ("L1", "remittances", "remainder", "remainder", True, "0.00", 0),
    ("L1", "deposits", "expected_payments", "total", True, "9310.45", 44),
    ("L1", "deposits", "expected_matched", "item", False, "9190.45", 43),
    ("L1", "deposits", "expected_pending", "pending", False, "120.00", 1),
    ("L1", "deposits", "books_remainder", "remainder", True, "0.00", 0),
    ("practice", "deposits", "bank_entries", "total", True, "9190.45", 41),
    ("practice", "deposits", "bank_matched", "item", False, "9190.45", 41),
    ("practice", "deposits", "bank_remainder", "remainder", True, "0.00", 0),
    ("L1", "failed_charges", "first_refused", "total", False, "640.00", 7),
    ("L1", "failed_charges", "billed_or_void", "item", False, "640.00", 7),
    ("L1", "failed_charges", "remainder", "remainder", True, "0.00", 0),
]


def _of(month: str, figures: list[tuple[str, str, str, str, bool, str, int]]) -> list[Figure]:
    return [(place, "month", f"{month}-01", *rest) for place, *rest in figures]  # type: ignore[misc]


def page_home(root: Path) -> Home:
    """What is published when the page begins."""
    return close_home(root, _of("2026-03", _FIGURES), as_of=FIRST_RUN)


def publish_later_run(root: Path) -> None:
    """A payment of March 31 became known in April, and the deposit that was on its way came."""
    march = moved(
        _of("2026-03", _FIGURES),
        {
            ("L1", "2026-03-01", "balancing", "emr_payments"): ("1865.00", 53),
            ("L1", "2026-03-01", "balancing", "billing_payments"): ("1790.00", 50),
            ("L1", "2026-03-01", "deposits", "expected_matched"): ("9310.45", 44),
            ("L1", "2026-03-01", "deposits", "expected_pending"): ("0.00", 0),
        },
    )
    april = _of("2026-04", [("L1", "balancing", "emr_payments", "total", True, "410.00", 12)])
    april += _of("2026-04", [("L1", "balancing", "billing_payments", "item", True, "410.00", 12)])
    close_home(root, [*march, *april], as_of=LATER_RUN)
