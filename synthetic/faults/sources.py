"""Rows, bank statements and X12 files around the receipts that break the rules of their source."""

from pathlib import Path

from synthetic.bai2_writer import StatedAccount, StatedEntry, statement_text
from synthetic.claim_files import claim_answers_file, claims_file, syntax_answers_file
from synthetic.claim_writer import Batch, claim_answer, claim_transaction, syntax_answer
from synthetic.faults.planting import Planting
from synthetic.faults.remittances import miscounted, segment_number
from synthetic.faults.sent_claims import one_claim
from synthetic.practice import PRACTICE_NPI
from synthetic.scenarios import Row, feed_record

_CONTROL_NUMBER = 90_000


def plant(planting: Planting) -> None:
    """One bad row of each source, a broken group and an old version of a bank statement, broken X12."""
    for number, (source, row, cents, description) in enumerate(_bad_rows(planting)):
        path = planting.deliver(planting.day(number), source, row)
        _record_quarantined(planting, path, source, 2, cents, description)
    _bank_statements(planting)
    _submissions(planting)


def _bad_rows(planting: Planting) -> tuple[tuple[str, Row, int | None, str], ...]:
    """Source, row, amount at stake in cents where it can be read, and what is wrong with it."""
    patient, day = planting.patient(), planting.day(0)
    return (
        (
            "claims_feed",
            feed_record("EPFEED1", on=day, amount="21.00", feed_status="Lost"),
            2_100,
            "a feed status that is no status",
        ),
        (
            "failed_charges",
            {
                "run_number": "F90",
                "run_on": day,
                "location_id": "L01",
                "charge_record_id": "CH90",
                "reason_code": None,
                "failed_on": day,
                "amount": "65.00",
            },
            6_500,
            "a failed charge without its reason",
        ),
        (
            "bank_deposits",
            {
                "bank_account": "9000000002",
                "deposit_id": "1.23E+11",
                "deposited_on": day,
                "amount": "310.00",
            },
            31_000,
            "an entry of a bank whose id a spreadsheet has mangled",
        ),
        (
            "card_settlements",
            {
                "settlement_id": "S90",
                "settled_on": day,
                "card_kind": "Visa",
                "gross_amount": "100.00",
                "fee_amount": "2.705",
                "net_amount": "97.29",
                "location_id": "L01",
            },
            9_729,
            "a fee with three decimals",
        ),
        (
            "authorizations",
            {
                "authorization_id": "AU90",
                "patient_id": patient,
                "payer_id": "PAY05",
                "effective_from": "soon",
            },
            None,
            "an authorization from a day in words",
        ),
        ("payers", {"payer_id": "PAY90", "payer_name": "PLAIN PLAN"}, None, "a payer of no kind"),
        (
            "providers",
            {"provider_id": "PT90", "provider_name": "Clinician 90", "npi": None},
            None,
            "a provider without an identifier",
        ),
        (
            "receipt_imports",
            {
                "patient_id": patient,
                "received_on": day,
                "amount": "40.00",
                "receipt_type": "General",
                "check_number": "1.2E+10",
            },
            4_000,
            "an imported receipt whose check number a spreadsheet has mangled",
        ),
    )


def _bank_statements(planting: Planting) -> None:
    """A group whose total is wrong beside one that is right, and a statement of an older version."""
    day = planting.day(8)
    entry = StatedEntry("301", 12_300, "SLIP90", "SLIP90", "DEPOSIT OF 3 ITEMS")
    groups = ([StatedAccount("9000000001", (entry,))], [StatedAccount("9000000001", ())])
    lines = statement_text(groups, as_of=day, sender="OTHERBANK").splitlines(keepends=True)
    broken = next(number for number, line in enumerate(lines, 1) if line.startswith("98,"))
    lines[broken - 1] = lines[broken - 1].replace("98,12300,", "98,12400,")
    # The file's own trailer adds up what its groups say.
    lines[-1] = lines[-1].replace("99,12300,", "99,12400,")
    path = planting.scenario.deliver_bytes(day, "statement_broken.bai", "".join(lines).encode())
    _record_quarantined(
        planting, path, "bank_deposits", broken, 12_300, "a group of a bank statement with a wrong total"
    )
    day = planting.day(9)
    old = statement_text(groups[:1], as_of=day).replace(",2/", ",1/", 1)
    path = planting.scenario.deliver_bytes(day, "statement_old.bai", old.encode())
    planting.record(
        "file_set_aside", path, "a bank statement of an older version", key=planting.load_id(path)
    )


def _submissions(planting: Planting) -> None:
    """A batch of claims, a syntax answer and a claim answer, each with a wrong count of segments."""
    day = planting.day(10)
    batch = Batch("0001", "BBROKEN", "FIRST PLAIN HEALTH PLAN", "CPAY01", day)
    claims, lines = one_claim(f"{planting.patient()}E1", "800001", 7_000, day, clinician_npi=PRACTICE_NPI)
    files = (
        ("837P", claims_file, claim_transaction(batch, claims, lines), "claim_submission", 7_000),
        ("999", syntax_answers_file, syntax_answer("90", ["0001"]), "functional_acknowledgement", None),
        ("277CA", claim_answers_file, claim_answer(batch, claims, day), "claim_acknowledgement", None),
    )
    for number, (name, enveloped, transaction, source, cents) in enumerate(files):
        text = miscounted(enveloped([transaction], day, _CONTROL_NUMBER + number))
        path = planting.scenario.deliver_bytes(day, f"{name}_broken.edi", text.encode())
        segment = segment_number(text, "SE", 1)
        _record_quarantined(
            planting, path, source, segment, cents, f"a {name} whose count of segments is wrong"
        )


def _record_quarantined(
    planting: Planting, path: Path, source: str, row: int, cents: int | None, description: str
) -> None:
    planting.record(
        "row_quarantined",
        path,
        description,
        key=f"{planting.load_id(path)}|{row}",
        source=source,
        row=row,
        cents=cents,
    )
