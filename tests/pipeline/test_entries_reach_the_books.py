"""What a person enters with `tieout receipts` and `tieout charges` is in the marts after the next run."""

import json
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orchestration.command import tieout
from orchestration.published_file import connect
from synthetic import scenarios
from synthetic.scenarios import Scenario
from tests.pipeline.worlds import World, run_here

START, CREDIT, LATE = date(2026, 1, 5), date(2026, 2, 4), date(2026, 3, 1)
PUBLISHED, ENTERED = date(2026, 3, 2), date(2026, 3, 3)
BILLED = ENTERED + timedelta(days=1)
HELD_UNTIL = date(2026, 6, 1)

ENTRIES = (
    ("set-status", "RHOLD", "--to", "Hold", "--hold-until", HELD_UNTIL.isoformat()),
    ("disburse", "RGIVE", "--amount", "30.00", "--code", "E"),
    ("disburse", "RINS", "--amount", "200.00", "--code", "O"),
    ("refund", "RREF", "--amount", "15.00", "--method", "Check"),
    ("reverse", "RBACK"),
    (
        *("new", "--patient", "800004", "--amount", "33.00", "--received-on", ENTERED.isoformat()),
        *("--type", "General", "--method", "Cash", "--location", "L01", "--reason", "in an envelope"),
    ),
    ("disburse", "J-6", "--amount", "3.00", "--code", "E"),
)
NEW, DISBURSED_OF_NEW = "J-6", "journal-7"
CHARGE_ENTRIES = (
    ("delay", "CHWAIT", "--until", "2026-03-20", "--reason", "card asked for"),
    ("reprocess", "CHSEND"),
)


def deliver(home: Path) -> World:
    """Two claims; a receipt with a credit, one that is posted, two that wait, and one of an insurer."""
    scenario = Scenario(home)
    scenario.deliver(START, "locations", scenarios.location())
    scenario.deliver(START, "clinic_settings", scenarios.clinic_setting())
    for source, build in (
        ("claims", lambda claim, cents: scenarios.claim(claim, on=START, amount=cents)),
        ("claim_lines", lambda claim, cents: scenarios.claim_line(claim, 1, cents)),
        ("claim_statuses", lambda claim, _: statement(claim)),
    ):
        rows = [build(claim, amount) for claim, amount in (("800001E1", "100.00"), ("800003E1", "60.00"))]
        scenario.deliver(START, source, *rows)
    insurer = {"payer_class": "Insurance", "receipt_type": "Insurance", "patient_id": None}
    for receipt_id, on, amount, changes in (
        ("RREF", START, "115.00", {}),
        ("RBACK", LATE, "60.00", {"patient_id": "800003"}),
        ("RHOLD", LATE, "25.00", {"patient_id": "800002"}),
        ("RGIVE", LATE, "40.00", {"patient_id": "800002"}),
        ("RINS", LATE, "500.00", insurer),
    ):
        row = scenarios.receipt(receipt_id, received_on=on, amount=amount, **changes)
        scenario.deliver(on, "receipts", row, name=f"receipts_{receipt_id}.csv")
    for payment_id, receipt_id, claim_id, on, amount in (
        ("T1", "RREF", "800001E1", START, "100.00"),
        ("T2", "RREF", "800001E1", CREDIT, "15.00"),
        ("T3", "RBACK", "800003E1", LATE, "60.00"),
    ):
        row = scenarios.posting(payment_id, receipt_id=receipt_id, claim_id=claim_id, on=on, amount=amount)
        scenario.deliver(on, "payments", row, name=f"payments_{payment_id}.csv")
    charges = [
        scenarios.failed_charge(charge_id, on=PUBLISHED) for charge_id in ("CHWAIT", "CHSEND", "CHREST")
    ]
    scenario.deliver(PUBLISHED, "failed_charges", *charges)
    return World(home, START, PUBLISHED)


def statement(claim_id: str) -> scenarios.Row:
    """A claim that has come to the patient."""
    return scenarios.claim_status(claim_id, on=START, status="Statement 1") | {"claim_level": "Statement"}


def enter(world: World, group: str, action: str, subject: str, *options: str) -> None:
    arguments = [group, action, subject, *options, "--by", "maria", "--on", ENTERED.isoformat()]
    outcome = CliRunner().invoke(tieout, [*arguments, "--home", str(world.root)], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    assert "refused" not in outcome.output


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A run, a day of entries, and the run of that day."""
    world = deliver(tmp_path_factory.mktemp("entries") / "home")
    assert run_here(world, PUBLISHED)["control_totals"]["exceptions"] == []
    for entry in ENTRIES:
        enter(world, "receipts", *entry)
    for entry in CHARGE_ENTRIES:
        enter(world, "charges", *entry)
    step = ["close", "prepare", "--period", "2026-01", "--by", "maria", "--on", ENTERED.isoformat()]
    outcome = CliRunner().invoke(tieout, [*step, "--home", str(world.root)], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    run_here(world, ENTERED)
    return world


@pytest.fixture(scope="module")
def billed(after: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The night after, when billing has reversed and disbursed on its own what was entered here."""
    home = tmp_path_factory.mktemp("billed") / "home"
    world = World(Path(shutil.copytree(after.root, home, symlinks=True)), START, BILLED)
    scenario = Scenario(home)
    patient = {"patient_id": "800003"}
    scenario.deliver(
        BILLED,
        "receipts",
        scenarios.receipt("RBACK", received_on=LATE, amount="60.00", receipt_status="Reversed", **patient),
        scenarios.receipt(
            "RVB", received_on=BILLED, amount="-60.00", reversal_of_receipt_id="RBACK", **patient
        ),
    )
    taken_back = scenarios.posting("T3B", receipt_id="RBACK", claim_id="800003E1", on=BILLED, amount="-60.00")
    scenario.deliver(BILLED, "payments", taken_back)
    new = scenarios.receipt("RNEW", received_on=ENTERED, amount="33.00", patient_id="800004")
    scenario.deliver(BILLED, "receipts", new, name="receipts_RNEW.csv")
    again = scenarios.disbursement("D1", receipt_id="RGIVE", on=BILLED, code="E", amount="30.00")
    scenario.deliver(BILLED, "disbursements", again)
    run_here(world, BILLED)
    return world


def rows(world: World, sql: str) -> list[tuple[Any, ...]]:
    with connect(world.home.published) as connection:
        return connection.execute(sql).fetchall()


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def test_receipts_show_what_was_entered(after: World) -> None:
    assert rows(
        after,
        "select receipt_id, amount, applied_amount, disbursed_amount, refunded_amount, escrow_amount"
        " from marts.receipts order by 1",
    ) == [
        (NEW, *money("33", "0", "3", "0", "30")),
        ("RBACK", *money("60", "0", "0", "0", "60")),
        ("RBACK-R", *money("-60", "0", "0", "0", "-60")),
        ("RGIVE", *money("40", "0", "30", "0", "10")),
        ("RHOLD", *money("25", "0", "0", "0", "25")),
        ("RINS", *money("500", "0", "200", "0", "300")),
        ("RREF", *money("115", "100", "0", "15", "0")),
    ]
    assert rows(
        after,
        "select receipt_id, computed_status, computed_hold_until, reversal_of_receipt_id from marts.receipts"
        " where receipt_id in ('RHOLD', 'RBACK', 'RBACK-R') order by 1",
    ) == [
        ("RBACK", "Reversed", None, None),
        ("RBACK-R", "Reversed", None, "RBACK"),
        ("RHOLD", "Hold", HELD_UNTIL, None),
    ]


def test_the_status_log_names_the_entries(after: World) -> None:
    assert rows(
        after,
        "select receipt_id, status, entry_number from marts.receipt_status_log"
        " where entry_number is not null order by entry_number, receipt_id",
    ) == [("RHOLD", "Hold", 1), ("RBACK", "Reversed", 5), ("RBACK-R", "Reversed", 5)]


def test_escrow_of_the_day_before_stays_as_it_was(after: World) -> None:
    escrow = (
        "select receipt_id, closing_amount from marts.escrow"
        " where date '{}' between valid_from_on and valid_to_on and closing_amount <> 0 order by 1"
    )
    assert rows(after, escrow.format(PUBLISHED)) == [
        ("RGIVE", *money("40")),
        ("RHOLD", *money("25")),
        ("RINS", *money("500")),
    ]
    assert rows(after, escrow.format(ENTERED)) == [
        (NEW, *money("30")),
        ("RBACK", *money("60")),
        ("RBACK-R", *money("-60")),
        ("RGIVE", *money("10")),
        ("RHOLD", *money("25")),
        ("RINS", *money("300")),
    ]


@pytest.mark.parametrize("basis", ["received", "posting", "reference_batch"])
def test_the_rollforward_moves_by_the_entries(after: World, basis: str) -> None:
    assert rows(
        after,
        "select payer_class, opening_amount, received_amount, applied_amount, disbursed_amount,"
        " refunded_amount, closing_amount from marts.escrow_rollforward where window_kind = 'day'"
        f" and date_basis = '{basis}' and window_start_on = '{ENTERED}' order by 1",
    ) == [
        ("Insurance", *money("500", "0", "0", "200", "0", "300")),
        ("Patient", *money("65", "-27", "-75", "33", "15", "65")),
    ]


def test_the_entries_are_in_the_marts_of_their_kind(after: World) -> None:
    assert rows(
        after, "select disbursement_id, receipt_id, amount, made_by from marts.disbursements order by 1"
    ) == [
        ("journal-2", "RGIVE", *money("30"), "journal"),
        ("journal-3", "RINS", *money("200"), "journal"),
        (DISBURSED_OF_NEW, NEW, *money("3"), "journal"),
    ]
    assert rows(
        after, "select receipt_id, refund_method, amount, credit_claim_id, outcome from marts.refunds"
    ) == [("RREF", "Check", *money("15"), "800001E1", "allowed")]
    assert rows(after, "select claim_id, balance_amount from marts.claims order by 1") == [
        ("800001E1", *money("0")),
        ("800003E1", *money("60")),
    ]
    assert rows(
        after, "select patient_id, paid_amount, credit_amount from marts.patient_accounts order by 1"
    ) == [
        ("800001", *money("100", "0")),
        ("800002", *money("0", "0")),
        ("800003", *money("0", "0")),
        ("800004", *money("0", "0")),
    ]


def test_a_receipt_that_was_entered_is_one_like_any(after: World) -> None:
    assert rows(
        after,
        "select patient_id, payment_method, receipt_source, posting_on, computed_status, computed_code,"
        f" entered_as, entry_number, load_id from marts.receipts where receipt_id = '{NEW}'",
    ) == [("800004", "Cash", "Journal", ENTERED, "Hold", "CREDIT_WAITING", NEW, 6, None)]


def test_charges_wait_as_was_entered(after: World) -> None:
    assert rows(
        after,
        "select charge_record_id, charge_status, reprocess_requested_on, delayed_until, delay_reason"
        " from marts.failed_charges order by 1",
    ) == [
        ("CHREST", "failing", None, None, None),
        ("CHSEND", "reprocess_requested", ENTERED, None, None),
        ("CHWAIT", "delayed", None, date(2026, 3, 20), "card asked for"),
    ]


def test_the_published_file_says_of_a_period_what_the_command_says(after: World) -> None:
    (found,) = rows(
        after,
        "select period_name, location_id, status, prepared_by, prepared_on, figures_sha256, moved_figures"
        " from marts.period_closes",
    )
    asked = ["close", "status", "--period", "2026-01", "--json", "--home", str(after.root)]
    said = json.loads(CliRunner().invoke(tieout, asked, catch_exceptions=False).stdout)
    assert found == ("2026-01", "all", said["status"], "maria", ENTERED, said["figures_sha256"], None)
    assert rows(after, "select action, is_refused, person from marts.period_close_log") == [
        ("prepare", False, "maria")
    ]
    bound = rows(after, "select count(*), count(*) filter (where is_moved) from marts.period_close_figures")
    assert bound[0][0] > 5
    assert bound[0][1] == len(said["moved"]) == 0


def test_nothing_that_was_entered_is_an_exception(after: World) -> None:
    assert rows(after, "select kind, business_key from exceptions.exceptions") == []


def test_a_reversal_of_billing_takes_the_place_of_the_one_entered_here(billed: World) -> None:
    assert rows(
        billed,
        "select receipt_id, applied_amount, escrow_amount, computed_status, reversal_of_receipt_id"
        " from marts.receipts where receipt_id like 'R%B%' order by 1",
    ) == [
        ("RBACK", *money("0", "60"), "Reversed", None),
        ("RVB", *money("0", "-60"), "Reversed", "RBACK"),
    ]
    assert rows(billed, "select balance_amount from marts.claims where claim_id = '800003E1'") == [
        money("60")
    ]


def test_a_receipt_of_billing_takes_the_place_of_the_one_entered_here(billed: World) -> None:
    assert rows(
        billed,
        "select receipt_id, amount, disbursed_amount, escrow_amount, computed_disbursed_amount, entered_as"
        " from marts.receipts where patient_id = '800004'",
    ) == [("RNEW", *money("33", "3", "30", "3"), NEW)]
    assert rows(
        billed, f"select receipt_id from marts.disbursements where disbursement_id = '{DISBURSED_OF_NEW}'"
    ) == [("RNEW",)]
    assert rows(
        billed, "select sum(received_amount) from marts.patient_accounts where patient_id = '800004'"
    ) == [money("33")]


def test_what_was_entered_in_both_places_is_asked_about(billed: World) -> None:
    assert rows(
        billed, "select kind, business_key, left_key, right_key from exceptions.exceptions order by kind"
    ) == [
        ("disbursement_entered_twice", "journal-2", "journal-2", "D1"),
        ("over_applied", "RGIVE", "RGIVE", None),
    ]
