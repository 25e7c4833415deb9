"""A row is kept or refused, and a refused one says why."""

import polars as pl
import pytest

from ingestion.checking import ROW, CheckedRows, check_rows
from ingestion.contracts import CONTRACTS

PAYMENT = {
    "payment_id": "P1",
    "entry_type": "adjustment",
    "claim_id": "C1",
    "line_number": "1",
    "posting_on": "2026-01-05",
    "amount": "5.00",
}


def check(*payments: dict[str, str | None]) -> CheckedRows:
    contract = CONTRACTS["payments"]
    texts = pl.DataFrame(list(payments), schema=dict.fromkeys(contract.columns, pl.String))
    return check_rows(contract, texts)


def reasons(found: CheckedRows) -> list[tuple[int, int, str | None, str]]:
    return found.reasons.select(ROW, "problem_number", "column_name", "rule").rows()


def test_a_good_row_is_kept_with_its_types():
    found = check(PAYMENT)
    assert found.is_kept.to_list() == [True]
    assert found.reasons.is_empty()
    assert dict(found.rows.drop(ROW).schema) == dict(pl.Schema(CONTRACTS["payments"].schema))


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("payment_id", None, "nullability"),
        ("payment_id", "two words", "regex"),
        ("payment_id", "x" * 65, "regex"),
        ("payment_id", "1.23E+11", "not_mangled_by_excel"),
        ("entry_type", "gift", "in_closed_list"),
        ("receipt_id", "a\x00b", "regex"),
        ("line_number", "0", "min"),
        ("line_number", "one", "not_a_whole_number"),
        ("posting_on", "soon", "date_is_not_readable"),
        ("reference_batch_on", "soon", "date_is_not_readable"),
        ("amount", "1.234", "amount_has_more_than_two_decimals"),
        ("amount", None, "nullability"),
    ],
)
def test_one_bad_value_has_one_reason(column: str, value: str | None, rule: str):
    found = check(PAYMENT, PAYMENT | {column: value}, PAYMENT)
    assert found.is_kept.to_list() == [True, False, True]
    assert reasons(found) == [(1, 1, column, rule)]


def test_all_reasons_of_a_row_are_told_in_the_order_of_the_columns():
    found = check(PAYMENT | {"amount": "x", "payment_id": None, "line_number": "-1"})
    assert reasons(found) == [
        (0, 1, "payment_id", "nullability"),
        (0, 2, "line_number", "min"),
        (0, 3, "amount", "amount_is_not_a_number"),
    ]


def test_a_rule_of_the_row_has_no_column():
    found = check(PAYMENT | {"entry_type": "patient_payment"})
    assert reasons(found) == [(0, 1, None, "payment_names_its_receipt")]


def test_control_characters_in_text_are_refused():
    contract = CONTRACTS["claim_lines"]
    line = {
        "claim_id": "C",
        "line_number": "1",
        "procedure_code": "97110",
        "charge_amount": "1",
        "is_copay_line": "N",
    }
    texts = pl.DataFrame(
        [line | {"modifiers": "GP:\x0759"}], schema=dict.fromkeys(contract.columns, pl.String)
    )
    found = check_rows(contract, texts)
    assert found.reasons.select("column_name", "rule").rows() == [("modifiers", "no_control_characters")]


def test_a_row_whose_key_is_bad_does_not_show_it():
    found = check(PAYMENT | {"payment_id": "DOE, JANE"}, PAYMENT | {"amount": "x"})
    assert found.unsafe_keys.to_list() == [0]
