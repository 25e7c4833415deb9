"""What the macros know about each source of rows is what its contract promises."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from ingestion.contracts import CONTRACTS
from orchestration.expected_deliveries import PLACES
from tests.warehouse.building import PROJECT

# Its rows have no id, so no version, deletion or correction of one can be told.
WITHOUT_ID = {"receipt_imports"}


def row_sources() -> dict[str, dict[str, Any]]:
    """What the macro of this name returns."""
    returned: list[dict[str, dict[str, Any]]] = []
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=True)
    macros = (PROJECT / "macros" / "row_sources.sql").read_text()
    environment.from_string(macros + "{{ row_sources() }}").render({"return": returned.append})
    return returned[0]


def test_every_source_of_rows_is_followed():
    assert row_sources().keys() == CONTRACTS.keys() - WITHOUT_ID


@pytest.mark.parametrize("source", sorted(CONTRACTS.keys() - WITHOUT_ID))
def test_its_identity_is_that_of_the_contract(source: str):
    contract, known = CONTRACTS[source], row_sources()[source]
    changed = {"last_modified_at", "corrected_at"} & contract.columns.keys()
    assert tuple(known["key"]) == contract.key
    assert known["modified_at"] == next(iter(changed), None)
    assert known["place"] == next((name for name in PLACES if name in contract.columns), None)
    assert known["amount"] == contract.control_amount
    assert known["versions"] is None or list(
        (PROJECT / "models" / "staging").rglob(f"{known['versions']}.sql")
    )
