"""The example that docs/explanation/deposits.md works by hand comes out of the marts as it stands there."""

from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.building import RUN, Row, Warehouse, frames
from tests.warehouse.practice import PRACTICE, YEAR_START

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "deposits.md"
AS_OF = date(2026, 6, 19)
ADD_UP = ("assert_pieces_add_up_to_deposits_and_payments", "assert_paths_of_money_add_up_to_their_origins")


def table(name: str) -> list[list[str]]:
    """The rows of the page's table that stands under the comment with its name."""
    _, text = PAGE.read_text().split(f"<!-- {name} -->\n")
    lines = re.match(r"(\|.*\n)+", text)
    assert lines, name
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[0].splitlines()[2:]]


def bronze() -> dict[str, list[Row]]:
    """The example; every remittance pays one claim, so that its parts add up."""
    accounts = ('{"account": "111", "locations": ["L1"]}', '{"account": "222", "locations": ["L2"]}')
    remittances = table("remittances")
    place = {"interchange_position": 1}
    return {
        "locations": PRACTICE["locations"],
        "company_settings": [
            {
                "setting_name": "bank_accounts",
                "effective_from": YEAR_START,
                "item_number": number,
                "setting_value": text,
            }
            for number, text in enumerate(accounts, start=1)
        ],
        "era_remittances": [
            place
            | {
                "transaction_position": number,
                "transaction_control_number": name,
                "payer_identifier": payer,
                "trace_number": trace,
                "payment_on": date.fromisoformat(day),
                "payment_amount": Decimal(amount),
                "payment_method_code": "ACH",
                "credit_debit_code": "C",
            }
            for number, (name, payer, trace, day, amount) in enumerate(remittances, start=1)
        ],
        "era_claims": [
            place
            | {
                "transaction_position": number,
                "claim_position": 1,
                "claim_identifier": f"CLAIM-{name}",
                "paid_amount": Decimal(amount),
            }
            for number, (name, _, _, _, amount) in enumerate(remittances, start=1)
        ],
        "card_settlements": [
            {
                "settlement_id": "S1",
                "settled_on": date(2026, 6, 1),
                "card_kind": "Visa",
                "gross_amount": Decimal("50.00"),
                "fee_amount": Decimal("1.40"),
                "net_amount": Decimal("48.60"),
                "location_id": "L1",
            }
        ],
        "bank_deposits": [
            {
                "bank_account": account,
                "deposit_id": entry,
                "deposited_on": date.fromisoformat(day),
                "trace_number": trace or None,
                "payer_identifier": payer or None,
                "bank_text": says or None,
                "amount": Decimal(amount),
            }
            for entry, account, day, trace, payer, says, amount in table("bank")
        ],
    }


@pytest.fixture(scope="module")
def example(folder: Path) -> Warehouse:
    warehouse = Warehouse(folder, "deposits").fill(frames(bronze()))
    warehouse.built(*RUN, "--select", "+deposit_reconciliation", "+money_trail", as_of=AS_OF)
    return warehouse.built("test", "--select", *ADD_UP, as_of=AS_OF)


def test_the_pieces_are_those_of_the_page(example: Warehouse):
    found = example.query(
        "select coalesce(deposit_id, ''),"
        " coalesce(remittances.transaction_control_number, settlement_id, ''), status,"
        " bank_amount::varchar, expected_amount::varchar"
        " from marts.deposit_reconciliation left join bronze.era_remittances as remittances"
        " on md5(remittances.file_hash || '|1|' || remittances.transaction_position) = remittance_key"
    )
    assert sorted(map(list, found)) == sorted(table("pieces"))


def test_the_sums_are_those_of_the_page(example: Warehouse):
    columns = "sum(bank_amount), sum(expected_amount), sum(difference_amount)"
    assert example.query(f"select {columns} from marts.deposit_reconciliation") == [
        (Decimal("477.60"), Decimal("548.60"), Decimal("-71.00"))
    ]


def test_the_days_that_are_counted_by_hand_are_business_days(example: Warehouse):
    found = example.query(
        "select trace_number, business_days_open from marts.deposit_reconciliation"
        " where business_days_open is not null order by all"
    )
    assert found == [("6002", 9), ("6003", 5), (None, 8)]


def test_money_without_a_receipt_stops_there_and_knows_its_entry(example: Warehouse):
    found = example.query(
        "select trace_number, amount, gap, bank_status, deposit_id from marts.money_trail"
        " where origin_kind = 'claim_payment' and trace_number in ('5001', '6001', '6002') order by all"
    )
    assert found == [
        ("5001", Decimal("100.00"), "receipt", "matched", "1"),
        ("6001", Decimal("90.00"), "receipt", "matched", None),
        ("6002", Decimal("80.00"), "receipt", "remittance_without_deposit", None),
    ]


def test_what_a_person_chooses_is_matched_and_leaves_one_way_for_the_rest(folder: Path, example: Warehouse):
    """Somebody asked the bank: entry 5 is F. Then 6 can only be E, until the choice is taken back."""
    chosen = Warehouse(folder, "chosen_deposits")
    shutil.copy(example.path, chosen.path)
    key = "select expected_key from marts.deposit_reconciliation where trace_number = '7002'"
    ((payment,),) = example.query(key)
    said = [choice(1, payment, "55.00"), choice(2, "remittance|gone", "55.00", entry="111|6")]
    assert statuses(chosen, said) == [
        ("5", "7002", "matched", "person", "maria", 1),
        ("6", "7001", "matched", "amount", None, None),
    ]
    said += [choice(3, None, None, action="undo_choice")]
    assert {status for _, _, status, *_ in statuses(chosen, said)} == {"ambiguous"}


def choice(
    number: int, payment: str | None, amount: str | None, *, entry: str = "111|5", action: str = "choose"
) -> Row:
    return {
        "entry_number": number, "payment_number": 1, "entered_on": AS_OF, "person": "maria",
        "bank_entry_key": entry, "action": action, "bank_amount": amount and Decimal("55.00"),
        "expected_key": payment, "expected_amount": amount and Decimal(amount), "reason": "the bank said so",
    }  # fmt: skip


def statuses(warehouse: Warehouse, said: list[Row]) -> list[tuple]:
    """What became of both entries and both payments, once people have said this."""
    (frame,) = frames({"journal_deposit_entries": said}).values()
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.register("frame", frame.to_arrow())
        connection.execute("create or replace table bronze.journal_deposit_entries as select * from frame")
    models = ("int_deposits__choices", "int_deposits__pieces", "deposit_reconciliation")
    warehouse.built("run", "--select", *models, as_of=AS_OF)
    return warehouse.query(
        "select deposit_id, trace_number, status, evidence, chosen_by, choice_entry_number"
        " from marts.deposit_reconciliation where deposit_id in ('5', '6')"
        " or trace_number in ('7001', '7002') order by all"
    )
