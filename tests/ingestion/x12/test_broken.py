"""Broken files: what is set aside, with which rule, and that the neighbours load."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from ingestion.x12 import QUARANTINE, RULES, X12Refused, read_x12, refusal_reason, sniff
from tests.ingestion.x12.remittances import CLAIM, HEADER, PLB, interchange, one, text, transaction

GOOD = transaction(control="0009")


def rules(reading) -> list[tuple[str, str | None]]:
    return reading.findings.select("rule", "element").rows()


def replaced(old: str, new: str) -> list[str]:
    assert any(segment == old for segment in [*CLAIM, *PLB]), old
    return [new if segment == old else segment for segment in [*CLAIM, *PLB]]


CLP = CLAIM[0]

SET_ASIDE = {
    "SE01 too high": (transaction(count=99), "segment_count_differs", "SE01"),
    "SE01 too low": (transaction(count=3), "segment_count_differs", "SE01"),
    "SE01 is text": (transaction(count="MANY"), "segment_count_differs", "SE01"),
    "SE02 is another number": (transaction(closing_control="0002"), "transaction_number_differs", "SE02"),
    "no SE": (transaction()[:-1], "transaction_not_closed", None),
    "another set": (["ST*270*0001", "BHT*0022*13*1", "SE*3*0001"], "transaction_set_not_read", None),
    "no BPR": (["ST*835*0001", "TRN*1*T*1512345678", "SE*3*0001"], "payment_missing", None),
    "two BPR": (transaction(header=["BPR*I*1*C*ACH", *HEADER]), "payment_repeated", None),
    "line before its claim": (transaction(["SVC*HC:97110*1*1", *CLAIM]), "line_without_claim", None),
    "adjustment before its claim": (transaction(["CAS*CO*45*1", *CLAIM]), "adjustment_without_claim", None),
    "adjustment after the provider's": (
        transaction([*CLAIM, *PLB, "CAS*CO*45*1"]),
        "adjustment_without_claim",
        None,
    ),
    "seven triplets": (
        transaction(replaced("CAS*CO*45*30", "CAS*CO" + "*45*1*" * 7)),
        "too_many_adjustments",
        None,
    ),
    "seven pairs": (
        transaction([*CLAIM, "PLB*1234567893*20261231" + "*WO:R*1" * 7]),
        "too_many_adjustments",
        None,
    ),
    "lower-case id": (transaction(replaced(CLP, CLP.replace("CLP", "clp"))), "segment_id_malformed", None),
    "masked id": (transaction(replaced(CLP, CLP.replace("CLP", "CLMASKM"))), "segment_id_malformed", None),
    "id of one letter": (transaction([*CLAIM, "X*1"]), "segment_id_malformed", None),
    "CLP04 empty": (
        transaction(replaced(CLP, "CLP*1001*1*200**20*12*PAYER1*11*1")),
        "amount_missing",
        "CLP04",
    ),
    "CLP cut short": (transaction(replaced(CLP, "CLP*1001*1*200")), "amount_missing", "CLP04"),
    "BPR02 empty": (transaction(payment=""), "amount_missing", "BPR02"),
}

BAD_AMOUNTS = (
    *("NaN", "nan", "inf", "-Infinity", "1E3", "1e-2", "0x10", "1_000", "five", "\u0663", "\uff15"),
    *("1,234.56", "10.005", "0.000", "12345678901234567", "1.2.3", "+5", " 5", "5 ", "$5", "(5)", "5-"),
    *("--5", "-", ".", "-."),
)

AMOUNT_PLACES = {
    "BPR02": lambda amount: transaction(payment=amount),
    "CLP03": lambda amount: transaction(replaced(CLP, f"CLP*1001*1*{amount}*150*20*12*PAYER1*11*1")),
    "CLP04": lambda amount: transaction(replaced(CLP, f"CLP*1001*1*200*{amount}*20*12*PAYER1*11*1")),
    "CLP05": lambda amount: transaction(replaced(CLP, f"CLP*1001*1*200*150*{amount}*12*PAYER1*11*1")),
    "SVC02": lambda amount: transaction(replaced("SVC*NU:0420*80*60*0420", f"SVC*NU:0420*{amount}*60*0420")),
    "SVC03": lambda amount: transaction(replaced("SVC*NU:0420*80*60*0420", f"SVC*NU:0420*80*{amount}*0420")),
    "CAS03": lambda amount: transaction(replaced("CAS*PR*1*20", f"CAS*PR*1*{amount}")),
    "CAS18": lambda amount: transaction(replaced("CAS*PR*1*20", f"CAS*PR*1*20*{'*' * 12}*45*{amount}")),
    "PLB06": lambda amount: transaction(
        replaced(PLB[0], f"PLB*1234567893*20261231*WO:REF9*12.5*L6*{amount}")
    ),
    "AMT02": lambda amount: transaction(replaced("AMT*AU*150", f"AMT*AU*{amount}")),
}


@pytest.mark.parametrize("case", SET_ASIDE)
def test_a_broken_transaction_is_set_aside_alone(case):
    broken, rule, element = SET_ASIDE[case]
    reading = read_x12(text(interchange(GOOD, broken, GOOD)))
    assert (rule, element) in rules(reading)
    assert RULES[rule][0] == QUARANTINE
    counts = reading.counts
    assert (counts.transactions_read, counts.transactions_kept, counts.transactions_quarantined) == (3, 2, 1)
    assert counts.segments_quarantined == len(broken)
    assert counts.segments_read == counts.segments_kept + counts.segments_quarantined
    assert counts.kept_control_amount == Decimal(280)
    for name, table in reading.tables.items():
        if name != "segments":
            assert 2 not in table["transaction_position"].to_list(), name
    set_aside = reading.tables["segments"].filter(~pl.col("is_kept"))
    assert set_aside["raw"].to_list() == broken
    assert set_aside["transaction_position"].unique().to_list() == [2]


@pytest.mark.parametrize("place", AMOUNT_PLACES)
@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_an_amount_that_is_none_sets_its_transaction_aside(place, amount):
    reading = read_x12(text(interchange(AMOUNT_PLACES[place](amount), GOOD)))
    assert ("amount_malformed", place) in rules(reading)
    assert reading.counts.transactions_quarantined == 1
    assert reading.counts.kept_control_amount == Decimal(140)
    assert reading.counts.quarantined_amounts_unreadable == (place == "BPR02")
    assert reading.counts.quarantined_control_amount == (0 if place == "BPR02" else 140)


@pytest.mark.parametrize(
    "amount", ["1", "1.", "1.5", ".5", "-.5", "-1.25", "0", "-0", "007.10", "9999999999999999.99"]
)
def test_an_amount_in_any_x12_form_is_exact(amount):
    reading = read_x12(text(interchange(AMOUNT_PLACES["CLP04"](amount))))
    assert reading.findings.is_empty()
    assert reading.tables["claims"]["paid_amount"].to_list() == [Decimal(amount)]


def test_findings_carry_no_value():
    secret = "123456789SECRET"
    bodies = [AMOUNT_PLACES[place](secret) for place in AMOUNT_PLACES]
    bodies.append(transaction([*CLAIM, secret], closing_control=secret))
    findings = read_x12(text(interchange(*bodies))).findings
    assert not findings.is_empty()
    assert secret not in str(findings.to_dicts())


WARNED = {
    "no GE": (lambda segments: [each for each in segments if not each.startswith("GE")], "group_not_closed"),
    "no IEA": (lambda segments: segments[:-1], "interchange_not_closed"),
    "GE01 wrong": (lambda segments: [*segments[:-2], "GE*7*7", segments[-1]], "group_count_differs"),
    "GE02 wrong": (lambda segments: [*segments[:-2], "GE*1*8", segments[-1]], "group_number_differs"),
    "IEA01 wrong": (lambda segments: [*segments[:-1], "IEA*2*000000001"], "interchange_count_differs"),
    "IEA02 wrong": (lambda segments: [*segments[:-1], "IEA*1*000000002"], "interchange_number_differs"),
    "no GS": (
        lambda segments: [segments[0], *segments[2:-2], "IEA*0*000000001"],
        "transaction_outside_group",
    ),
    "twice the same interchange": (lambda segments: segments * 2, "interchange_repeated"),
    "BPR02 off by a cent": (lambda segments: [each.replace("*140*", "*140.01*") for each in segments], None),
    "no TRN": (None, "trace_missing"),
}


@pytest.mark.parametrize("case", WARNED)
def test_a_fault_around_a_whole_transaction_is_reported_and_the_money_loads(case):
    change, rule = WARNED[case]
    segments = interchange(transaction()) if change else interchange(transaction(header=HEADER[1:]))
    reading = read_x12(text(change(segments) if change else segments))
    assert reading.findings["rule"].to_list() == ([rule] if rule else [])
    assert reading.counts.transactions_quarantined == 0
    assert reading.counts.segments_quarantined == 0
    assert len(reading.tables["claims"]) == reading.counts.transactions_read


def test_a_repeated_control_number_in_a_group_is_reported():
    reading = read_x12(text(interchange(transaction(), transaction())))
    assert rules(reading) == [("transaction_number_repeated", "ST02")]
    assert reading.counts.transactions_kept == 2


@pytest.mark.parametrize(
    ("segment", "rule", "element"),
    [
        ("SVC*HC:97110**1", "balance_amount_missing", "SVC02"),
        ("SVC*HC:97110*1", "balance_amount_missing", "SVC03"),
        ("CAS*CO*45", "balance_amount_missing", "CAS03"),
        ("QTY*CA*many", "quantity_malformed", "QTY02"),
        ("DTM*472*20260230", "date_malformed", "DTM02"),
        ("DTM*472*260211", "date_malformed", "DTM02"),
        ("SVC*HC:97110*1*1****X*EXTRA", "more_elements_than_defined", None),
    ],
)
def test_a_missing_or_odd_detail_is_reported_and_null(segment, rule, element):
    reading = read_x12(one([*CLAIM, segment, *PLB]))
    assert (rule, element) in rules(reading)
    assert reading.counts.transactions_quarantined == 0


def test_a_missing_adjustment_amount_is_null_and_never_zero():
    adjustments = read_x12(one([*CLAIM, "CAS*CO*45**2"])).tables["adjustments"]
    assert adjustments.row(-1, named=True)["amount"] is None


def test_segments_outside_every_transaction_are_set_aside_with_one_finding():
    segments = interchange(transaction())
    junk = ["NM1*QC*1*LOST", "CLP*2*1*5*5"]
    for at in (2, len(segments) - 2, len(segments) - 1, len(segments)):
        reading = read_x12(text([*segments[:at], *junk, *segments[at:]]))
        assert reading.findings.select("segment_number", "rule").rows() == [(at + 1, "outside_transaction")]
        assert reading.counts.segments_quarantined == len(junk)
        assert reading.counts.kept_control_amount == Decimal(140)


def test_an_interchange_acknowledgement_is_at_home_in_an_interchange():
    segments = interchange(transaction())
    segments.insert(1, "TA1*000000001*261102*1200*A*000")
    assert read_x12(text(segments)).findings.is_empty()


def test_a_transaction_after_the_interchange_is_set_aside():
    segments = [*interchange(transaction()), *transaction(control="0002")]
    reading = read_x12(text(segments))
    assert reading.counts.transactions_quarantined == 1
    assert ("outside_interchange", None) in rules(reading)


def test_an_unreadable_second_header_sets_aside_what_follows_it_only():
    second = interchange(transaction(), control="000000002")
    second[0] = second[0].replace("*ZZ", "", 1)
    third = interchange(transaction(), control="000000003")
    reading = read_x12(text([*interchange(transaction()), *second, *third]))
    assert reading.counts.transactions_kept == 2
    assert "interchange_header_unreadable" in reading.findings["rule"].to_list()
    assert reading.tables["remittances"]["interchange_control_number"].to_list() == ["000000001", "000000003"]


REFUSED = {
    "empty": b"",
    "blank": b" \r\n\x00\x1a",
    "only a byte order mark": b"\xef\xbb\xbf",
    "UTF-16": text(interchange(transaction())).decode().encode("utf-16"),
    "UTF-16 without a mark": text(interchange(transaction())).decode().encode("utf-16-le"),
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>",
    "spreadsheet": b"PK\x03\x04" + bytes(range(256)) * 9,
    "CSV": b"patient,paid\n1,20.00\n",
    "all bytes": bytes(range(256)) * 64,
    "fragment from GS": text(interchange(transaction())[1:]),
    "fragment from ST": text(transaction()),
    "header alone, cut": b"ISA*00*          *00*",
    "header without terminator": interchange(transaction())[0].encode(),
    "letters as delimiters": text(interchange(transaction())).replace(b":", b"A", 1),
    "equal delimiters": text(interchange(transaction()), terminator=":"),
    "no terminator at all": "".join(interchange(transaction())).encode(),
}

REASONS = {"empty", "not_text", "no_interchange_header", "interchange_header_unreadable"}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_x12_is_refused_whole_with_a_reason(case):
    data = REFUSED[case]
    with pytest.raises(X12Refused) as refused:
        read_x12(data)
    assert refused.value.reason in REASONS
    assert refusal_reason(data) == refused.value.reason
    assert sniff(data) == frozenset()


def test_a_file_of_another_set_is_recognised_and_set_aside():
    professional = ["ST*837*0001*005010X222A1", "BHT*0019*00*1*20261101*1200*CH", "SE*3*0001"]
    data = text(interchange(professional, transaction(control="0002")))
    assert sniff(data) == {"835", "837"}
    assert read_x12(data).counts.transactions_quarantined == 1
