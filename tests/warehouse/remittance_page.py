"""The check that docs/explanation/remittances.md works by hand, as rows of bronze and as the pieces it gives.

Belongs here: reading the two tables of the page. Does not belong here: reading the warehouse.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.warehouse.building import Row, frames

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "remittances.md"
TRACE = "PAGE"
_FILE = {"file_hash": "e" * 64, "load_id": "page", "loaded_on": date(2026, 5, 1)}
_PLACE = {"interchange_position": 1, "transaction_position": 1}
_SERVED, _PAID = date(2026, 3, 2), date(2026, 4, 1)


def check_amount() -> Decimal:
    """What the sentence before the segments says that the payer sends."""
    return Decimal(re.findall(r"A payer sends a check of (\S+) with", _text())[0])


def pieces() -> dict[str, Decimal]:
    """Column of marts.era_dashboard -> amount on the page."""
    rows = re.findall(r"^\| `(\w+_amount)` \| (\S+) \|", _text(), re.M)
    return {name: Decimal(amount) for name, amount in rows}


def bronze() -> dict[str, pl.DataFrame]:
    """The remittance of the page, and the one claim of ours that it answers."""
    claims = re.findall(r"^\| CLP (\d) \| answers (?:our claim )?([\w-]+).* \| (\S+) \|$", _text(), re.M)
    adjustments = re.findall(r"^\| PLB (\w+) \| .* \| (\S+) \|$", _text(), re.M)
    assert len(claims) == 3
    assert len(adjustments) == 2
    _, ours, paid = claims[0]
    tables: dict[str, list[Row]] = {
        "claims": [
            _FILE
            | {"claim_id": ours, "patient_id": "100048", "location_id": "L1", "service_on": _SERVED}
            | {"created_on": _SERVED, "charge_amount": Decimal(paid), "row_number": 2}
        ],
        "claim_lines": [
            _FILE
            | {"claim_id": ours, "line_number": 1, "procedure_code": "97110", "units": 1}
            | {"charge_amount": Decimal(paid), "is_copay_line": False, "row_number": 2}
        ],
        "era_remittances": [
            _FILE
            | _PLACE
            | {"segment_number": 1, "row_number": 1, "payment_amount": check_amount()}
            | {"credit_debit_code": "C", "payment_method_code": "ACH", "handling_code": "I"}
            | {"trace_number": TRACE, "payer_identifier": "1977777777", "payment_on": _PAID}
        ],
        "era_claims": [],
        "era_service_lines": [],
        "era_provider_adjustments": [
            _FILE
            | _PLACE
            | {"segment_number": 100 + number, "row_number": 100 + number, "pair_position": 1}
            | {"reason_code": reason, "reference": f"PAGE{number}", "amount": Decimal(amount)}
            for number, (reason, amount) in enumerate(adjustments, start=1)
        ],
    }
    for number, identifier, amount in claims:
        place = _FILE | _PLACE | {"claim_position": int(number)}
        money = {"charge_amount": Decimal(amount), "paid_amount": Decimal(amount)}
        segment = 10 * int(number)
        tables["era_claims"].append(
            place
            | money
            | {"segment_number": segment, "row_number": segment, "claim_identifier": identifier}
            | {"status_code": "1", "service_from_on": _SERVED}
        )
        tables["era_service_lines"].append(
            place
            | money
            | {"line_position": 1, "segment_number": segment + 1, "row_number": segment + 1}
            | {"procedure_qualifier": "HC", "procedure_code": "97110", "service_on": _SERVED}
        )
    return frames(tables)


def _text() -> str:
    return PAGE.read_text(encoding="utf-8")
