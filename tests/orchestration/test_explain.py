"""`tieout explain`: every fact with its date and source, and every cent accounted for."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.command import tieout
from orchestration.failures import NotFoundError
from orchestration.home import Home
from orchestration.run.manifest import current_manifest
from orchestration.story.posting_steps import posting_step, settings_told
from posting.vocabulary import Step
from tests.orchestration.published import publish_by_hand

SOURCE = "'load' as load_id, 'hash' as file_hash"
MARTS = {
    "marts.loads": "select 'load' as load_id, '2026-02-20/receipts.csv' as file_name",
    "marts.receipts": f"""
        select receipt_id, 'P1' as patient_id, 'General' as receipt_type, 'Check' as payment_method,
            'L1' as location_id, null::varchar as appointment_id, received_on, received_on as deposit_on,
            'B1' as reference_batch_id, received_on as reference_batch_on, receipt_status,
            null::date as hold_until, reversal_of as reversal_of_receipt_id, amount::decimal(18, 2) as amount,
            applied::decimal(18, 2) as applied_amount, disbursed::decimal(18, 2) as disbursed_amount,
            refunded::decimal(18, 2) as refunded_amount,
            (amount - applied - disbursed - refunded)::decimal(18, 2) as escrow_amount,
            row_number, {SOURCE}
        from (values
            ('R1', date '2026-02-20', 'Hold', null, 100.00, 60.00, 15.00, 5.00, 7::bigint),
            ('R2', date '2026-02-21', 'Reversed', null, 40.00, 0.00, 0.00, 0.00, 8),
            ('R2-R', date '2026-02-25', 'Reversed', 'R2', -40.00, 0.00, 0.00, 0.00, 9)
        ) as listed(receipt_id, received_on, receipt_status, reversal_of,
            amount, applied, disbursed, refunded, row_number)""",
    "marts.claims": f"""
        select 'C1' as claim_id, 'P1' as patient_id, 'L1' as location_id, 'Statement' as claim_level,
            'Statement 1' as claim_status, date '2026-02-01' as service_on, date '2026-02-03' as created_on,
            null::date as invoice_on, null::date as voided_on, 2 as line_count,
            200.00::decimal(18, 2) as charge_amount,
            200.00::decimal(18, 2) as line_charge_amount, 90.00::decimal(18, 2) as insurance_paid_amount,
            30.00::decimal(18, 2) as adjustment_amount, 60.00::decimal(18, 2) as patient_paid_amount,
            20.00::decimal(18, 2) as balance_amount, 3::bigint as row_number, {SOURCE}""",
    "marts.patient_payment_log": f"""
        select * , {SOURCE} from (values
            ('R1', 'C1', 1, date '2026-02-22', 45.00::decimal(18, 2), 11::bigint),
            ('R1', 'C1', 2, date '2026-02-23', 15.00, 12))
        as listed(receipt_id, claim_id, line_number, posting_on, amount, row_number)""",
    "marts.receipt_applications": """
        select * from (values
            ('R1', 'C1', 1, date '2026-02-20', 1, 45.00::decimal(18, 2), 'general',
             'oldest_first|2026-02-01|C1|1', 2, 75.00::decimal(18, 2),
             '{"copay_hold_days": 7, "receipt_disbursement": "oldest_first", "skip_statuses": ["Bad Debt"]}'))
        as listed(receipt_id, claim_id, line_number, posted_on, sequence, amount, step, order_key,
            open_line_count, open_amount, settings_in_force)""",
    "marts.receipt_status_log": """
        select 'R1' as receipt_id, date '2026-02-20' as changed_on, 2 as sequence, 'Hold' as status,
            'CREDIT_WAITING' as code, 'The rest waits.' as message, null::bigint as entry_number""",
    "exceptions.exceptions": """
        select 'e1' as exception_id, 'over_applied' as kind, 'critical' as severity, 'posting' as owner,
            'R1' as business_key, 1.00::decimal(18, 2) as amount_at_stake, 'R1' as left_key,
            'C1' as right_key, 'too_much' as what_was_found, 'Take it back.' as what_to_do,
            date '2026-02-24' as first_seen_on, date '2026-02-28' as last_seen_on, 4 as age_days,
            'open' as status, 'receipts.csv' as file_name, 7::bigint as row_number""",
    "exceptions.kinds": """
        select 'over_applied' as kind, 'More than came in.' as meaning, 'Undone.' as how_it_clears""",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return told_home(tmp_path_factory.mktemp("told"))


def told_home(root: Path, *, without: tuple[str, ...] = ()) -> Home:
    home = Home(root)
    manifest = publish_by_hand(home, date(2026, 2, 28))
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute("drop table marts.receipts")
        connection.execute("create schema exceptions")
        for table, sql in MARTS.items():
            if table not in without:
                connection.execute(f"create table {table} as {sql}")
    return home


def call(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(
        tieout, ["explain", *arguments, "--home", str(home.root)], standalone_mode=False
    )


def told(home: Home, *arguments: str) -> dict[str, Any]:
    outcome = call(home, *arguments, "--json")
    assert outcome.exception is None, outcome.exception
    return json.loads(outcome.stdout)


def assert_every_cent(account: dict[str, Any]) -> None:
    assert sum((Decimal(place["amount"]) for place in account["places"]), Decimal(0)) == Decimal(
        account["total"]
    )
    assert account["remainder"] == "0.00"


def test_a_receipt_is_told_in_order_with_sources_and_every_cent(home: Home) -> None:
    story = told(home, "receipt", "R1")
    days = [fact["on"] for fact in story["facts"]]
    assert days == sorted(days)
    first = story["facts"][0]
    assert (first["amount"], first["file_name"], first["row_number"]) == (
        "100.00",
        "2026-02-20/receipts.csv",
        7,
    )
    assert "General received by Check" in first["what"]
    (account,) = story["accounts"]
    assert_every_cent(account)
    assert {place["place"]: place["amount"] for place in account["places"]} == {
        "applied to claim C1 line 1": "45.00",
        "applied to claim C1 line 2": "15.00",
        "disbursed": "15.00",
        "refunded": "5.00",
        "in escrow": "20.00",
    }
    assert story["silences"] == []


def test_a_step_of_the_rules_is_told_with_what_it_was_chosen_over(home: Home) -> None:
    facts = told(home, "receipt", "R1")["facts"]
    (step,) = [fact for fact in facts if fact["what"] == "the rules post to claim C1 line 1"]
    assert step["rule"].startswith("general: ")
    assert "2 lines with 75.00 were open, oldest_first|2026-02-01|C1|1" in step["rule"]
    assert step["setting"] == "receipt_disbursement = oldest_first, skip_statuses = [Bad Debt]"
    assert any(fact["what"] == "Hold (CREDIT_WAITING): The rest waits." for fact in facts)


def test_what_does_not_tie_is_part_of_the_story(home: Home) -> None:
    facts = told(home, "receipt", "R1")["facts"]
    assert [fact["rule"] for fact in facts if "over_applied" in fact["what"]] == ["Take it back."]


def test_a_reversal_and_its_original_name_each_other(home: Home) -> None:
    assert any(fact["what"] == "cancelled by receipt R2-R" for fact in told(home, "receipt", "R2")["facts"])
    assert any(fact["what"] == "cancels receipt R2" for fact in told(home, "receipt", "R2-R")["facts"])


def test_a_claim_accounts_for_its_charge(home: Home) -> None:
    story = told(home, "claim", "C1")
    (account,) = story["accounts"]
    assert_every_cent(account)
    assert account["total"] == "200.00"
    assert sum("paid in billing from receipt R1" in fact["what"] for fact in story["facts"]) == 2


def test_an_exception_is_told_with_its_receipt_and_its_claim(home: Home) -> None:
    story = told(home, "exception", "e1")
    assert [other["title"] for other in story["told_with"]] == [
        "Receipt R1, Hold",
        "Claim C1, Statement Statement 1",
    ]
    assert story["facts"][0]["rule"] == "More than came in."


def test_people_read_the_same(home: Home) -> None:
    shown = call(home, "receipt", "R1").stdout
    assert "from 2026-02-20/receipts.csv, row 7" in shown
    assert "        100.00  in all" in shown
    assert "NOT EXPLAINED" not in shown


def test_a_file_without_postings_says_what_it_cannot_tell(tmp_path: Path) -> None:
    home = told_home(tmp_path, without=("marts.patient_payment_log", "marts.receipt_applications"))
    story = told(home, "receipt", "R1")
    assert len(story["silences"]) == 2
    assert_every_cent(story["accounts"][0])
    assert {"place": "applied", "amount": "60.00"} in story["accounts"][0]["places"]


def test_a_broken_sum_is_not_hidden(tmp_path: Path) -> None:
    home = told_home(tmp_path)
    with duckdb.connect(str(current_manifest(home.published).data_file)) as connection:
        connection.execute("update marts.receipts set escrow_amount = 19.99 where receipt_id = 'R1'")
    assert told(home, "receipt", "R1")["accounts"][0]["remainder"] == "0.01"
    assert "NOT EXPLAINED" in call(home, "receipt", "R1").stdout


@pytest.mark.parametrize("kind", ["receipt", "claim", "exception"])
def test_an_unknown_id_is_not_found(home: Home, kind: str) -> None:
    assert isinstance(call(home, kind, "none").exception, NotFoundError)


def test_a_credit_that_is_refunded_is_not_told_as_one_that_is_made() -> None:
    made, refunded = posting_step("credit", Decimal("10.00")), posting_step("credit", Decimal("-10.00"))
    assert settings_told(made, '{"credit_hold_days": 30, "skip_statuses": []}') == "credit_hold_days = 30"
    assert "refund" in refunded.because
    assert settings_told(refunded, '{"credit_hold_days": 30}') is None


def test_every_step_of_the_rules_has_its_words() -> None:
    for step in Step:
        assert posting_step(step.label, Decimal("1.00")).because != step.label
