"""What the input tables refuse, and what their errors do not say."""

from decimal import Decimal

import polars as pl
import pytest

from posting import AccountTables, AccountTablesError, PostingSettings, SettingsHistory, post
from tests.posting.world import World, day


def test_empty_tables_give_empty_results() -> None:
    for engine in ("reference", "kernel"):
        assert post(AccountTables(), SettingsHistory(), day("01-31"), engine=engine).receipts.is_empty()


def test_a_missing_column_is_named() -> None:
    with pytest.raises(AccountTablesError, match="claims: missing columns created_on, service_on"):
        AccountTables(claims=pl.DataFrame({"claim_id": ["C1"], "patient_id": ["P1"]}))


def test_a_repeated_key_is_counted_and_not_shown() -> None:
    receipts = World().receipt("R-secret", "1.00", "01-05").tables().receipts
    with pytest.raises(AccountTablesError, match=r"receipts: 1 rows repeat a key \(receipt_id\)") as error:
        AccountTables(receipts=pl.concat([receipts, receipts]))
    assert "R-secret" not in str(error.value)


def test_a_value_that_is_no_amount_is_not_repeated_in_the_error() -> None:
    receipts = World().receipt("R1", "1.00", "01-05").tables().receipts
    with pytest.raises(AccountTablesError, match="amount is not DECIMAL") as error:
        AccountTables(receipts=receipts.with_columns(amount=pl.lit("secret")))
    assert "secret" not in str(error.value)


def test_a_date_that_is_no_date_is_not_repeated_in_the_error() -> None:
    receipts = World().receipt("R1", "1.00", "01-05").tables().receipts
    with pytest.raises(AccountTablesError, match="cannot be read as its type") as error:
        AccountTables(receipts=receipts.with_columns(received_on=pl.lit("secret")))
    assert "secret" not in str(error.value)
    assert error.value.__suppress_context__


def test_an_amount_finer_than_a_cent_is_refused() -> None:
    receipts = World().receipt("R1", "1.00", "01-05").tables().receipts
    with pytest.raises(AccountTablesError, match="finer than a cent"):
        AccountTables(receipts=receipts.with_columns(amount=pl.lit(Decimal("1.005"))))


def test_a_float_is_no_amount() -> None:
    receipts = World().receipt("R1", "1.00", "01-05").tables().receipts
    with pytest.raises(AccountTablesError, match="amount is not DECIMAL"):
        AccountTables(receipts=receipts.with_columns(amount=pl.lit(1.0)))


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValueError, match="receipt_disbursement"):
        PostingSettings(receipt_disbursement="random")
    with pytest.raises(ValueError, match="hold days"):
        PostingSettings(copay_hold_days=-1)
    with pytest.raises(ValueError, match="unknown settings: patience"):
        SettingsHistory.from_changes([(day("01-01"), "patience", 3)])
