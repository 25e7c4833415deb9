"""Submitted claims are billing's claims, and every one of them is acknowledged."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.contracts import CONTRACTS
from ingestion.x12 import read_x12
from tests.synthetic.world_reading import current, read_source


def segments(landing: Path, pattern: str) -> list[tuple[str, list[str]]]:
    """(day, elements) of every segment of the files that `pattern` names, split without any library."""
    return [
        (path.parent.name, text.strip().split("*"))
        for path in sorted(landing.glob(f"*/{pattern}"))
        for text in path.read_text("ascii").split("~")
        if text.strip()
    ]


@pytest.fixture(scope="module")
def landing(clean_world) -> Path:
    return clean_world[0] / "landing"


def test_claims_are_sent_as_billing_has_them(landing, clean_world):
    claims = current(read_source(landing, "claims"), CONTRACTS["claims"].key).filter(
        pl.col("payer_id").is_not_null() & pl.col("voided_on").is_null()
    )
    lines = current(read_source(landing, "claim_lines"), CONTRACTS["claim_lines"].key).filter(
        pl.col("voided_on").is_null()
    )
    sent = [(item[1], Decimal(item[2])) for _, item in segments(landing, "837P_*.edi") if item[0] == "CLM"]
    amounts = dict(claims.select("claim_id", "charge_amount").iter_rows())
    assert len({claim for claim, _ in sent}) == len(sent) > 500
    assert all(amounts[claim] == charge for claim, charge in sent)
    charged = sum(Decimal(item[2]) for _, item in segments(landing, "837P_*.edi") if item[0] == "SV1")
    assert charged == sum(charge for _, charge in sent)
    counted = sum(1 for _, item in segments(landing, "837P_*.edi") if item[0] == "LX")
    assert counted == lines.filter(pl.col("claim_id").is_in([claim for claim, _ in sent])).height
    waiting = claims.filter(~pl.col("claim_id").is_in([claim for claim, _ in sent]))
    assert waiting.filter(pl.col("created_on").dt.offset_by("2d") <= clean_world[1].last_on).is_empty()
    assert clean_world[1].rows["claim_submissions"] == len(sent)


def test_authorized_claims_name_an_authorization_of_theirs(landing):
    known = set(read_source(landing, "authorizations")["authorization_id"])
    named = [item[2] for _, item in segments(landing, "837P_*.edi") if item[:2] == ["REF", "G1"]]
    assert named
    assert set(named) <= known


def test_no_payer_answers_a_claim_before_it_took_it_in(landing):
    taken = {item[2]: day for day, item in segments(landing, "277CA_*.edi") if item[:2] == ["TRN", "2"]}
    paid = [(item[1], day) for day, item in segments(landing, "835_*.edi") if item[0] == "CLP"]
    of_this_system = [(claim, day) for claim, day in paid if "E" in claim]
    assert of_this_system
    assert all(taken[claim] <= day for claim, day in of_this_system)


def test_every_file_is_acknowledged(landing, clean_world):
    sent = {day for day, item in segments(landing, "837P_*.edi") if item[0] == "ISA"}
    answered = {item[2] for _, item in segments(landing, "999_*.edi") if item[0] == "AK1"}
    groups = {item[6]: day for day, item in segments(landing, "837P_*.edi") if item[0] == "GS"}
    assert {group for group, day in groups.items() if day < clean_world[1].last_on.isoformat()} == answered
    assert len(sent) == len(groups)


def test_the_reader_has_nothing_to_say_about_them(landing):
    for name in ("837P_20260202.edi", "999_20260203.edi", "277CA_20260204.edi"):
        day = f"{name[-12:-8]}-{name[-8:-6]}-{name[-6:-4]}"
        reading = read_x12((landing / day / name).read_bytes())
        assert reading.findings.is_empty()
        assert reading.counts.transactions_read > 0
