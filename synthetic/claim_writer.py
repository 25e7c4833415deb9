"""X12 837P claims, and the 999 and 277CA that answer them, as text.

Belongs here: segments and their counts. Does not belong here: which claims are sent and when (`submissions`),
or envelopes (`x12_writer`). Amounts are integer cents. Every claim is one of a subscriber's own, so that the
hierarchy is flat: the billing provider, and a subscriber for each claim.

Frames: claims have claim_id, patient_id, charge_cents, service_on, payer_name, receiver_id,
authorization_id (nullable) and clinician_npi; lines have claim_id, line_number, procedure_code, modifiers
(nullable, colon between), units, charge_cents and service_on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from synthetic import amounts
from synthetic.practice import PRACTICE_NAME, PRACTICE_NPI, PRACTICE_TAX_ID, npi
from synthetic.x12_writer import TERMINATOR, segment

CLAIM_VERSION = "005010X222A1"
SYNTAX_VERSION = "005010X231A1"
ANSWER_VERSION = "005010X214"
SUBMITTER, CLEARINGHOUSE = "PLAINTHERAPY", "PLAINCLEARING"

_DIAGNOSIS = "M5450"
_REFERRING_NPI = npi(99_999_999)
_INJURED_ON = "20251201"


@dataclass(frozen=True, slots=True)
class Batch:
    """One transaction set of claims to one payer."""

    control_number: str
    reference: str
    payer_name: str
    payer_id: str
    sent_on: date
    payer_kind: str = "Commercial"


def enclosed(set_identifier: str, control_number: str, version: str, body: str) -> str:
    """`body` from ST to SE, with the count of its segments."""
    count = body.count(TERMINATOR) + 2
    return (
        segment("ST", set_identifier, control_number, version)
        + body
        + segment("SE", str(count), control_number)
    )


def claim_transaction(batch: Batch, claims: pl.DataFrame, lines: pl.DataFrame) -> str:
    """One 837 with all of `claims`."""
    body = (
        segment("BHT", "0019", "00", batch.reference, f"{batch.sent_on:%Y%m%d}", "2200", "CH")
        + segment("NM1", "41", "2", PRACTICE_NAME.upper(), "", "", "", "", "46", SUBMITTER)
        + segment("PER", "IC", "BILLING OFFICE", "TE", "5555550101")
        + segment("NM1", "40", "2", "PLAIN CLEARING HOUSE", "", "", "", "", "46", CLEARINGHOUSE)
        + segment("HL", "1", "", "20", "1")
        + segment("PRV", "BI", "PXC", "261QP2000X")
        + segment("NM1", "85", "2", PRACTICE_NAME.upper(), "", "", "", "", "XX", PRACTICE_NPI)
        + segment("N3", "2 PLAIN STREET")
        + segment("N4", "ALBANY", "NY", "122070001")
        + segment("REF", "EI", PRACTICE_TAX_ID)
    )
    line_texts = lines.group_by("claim_id", maintain_order=True).agg(_line().str.join("").alias("line_text"))
    texts = (
        claims.with_row_index("level", offset=2)
        .join(line_texts, on="claim_id", how="left", maintain_order="left")
        .select(pl.concat_str(_claim(batch), pl.col("line_text").fill_null("")))
        .to_series()
    )
    return enclosed("837", batch.control_number, CLAIM_VERSION, body + "".join(texts))


def _claim(batch: Batch) -> pl.Expr:
    patient, end = pl.col("patient_id"), TERMINATOR
    is_of_medicare, is_of_work = batch.payer_kind == "Medicare", batch.payer_kind == "Workers Compensation"
    authorized = pl.when(pl.col("authorization_id").is_not_null()).then(
        pl.format("REF*G1*{}" + end, "authorization_id")
    )
    return pl.concat_str(
        pl.format("HL*{}*1*22*0" + end + "SBR*P*18*******CI" + end, "level"),
        pl.format("NM1*IL*1*PATIENT*P{}****MI*{}" + end, patient, _member_id(batch)),
        pl.lit("N3*3 PLAIN STREET" + end + "N4*ALBANY*NY*12207" + end + "DMG*D8*19800101*U" + end),
        pl.lit(f"NM1*PR*2*{batch.payer_name}*****PI*{batch.payer_id}{end}"),
        pl.format("CLM*{}*{}***11:B:1*Y*A*Y*Y", "claim_id", amounts.x12(pl.col("charge_cents"))),
        pl.lit(f"**EM{end}DTP*439*D8*{_INJURED_ON}{end}" if is_of_work else end),
        authorized.fill_null(""),
        pl.lit(f"HI*ABK:{_DIAGNOSIS}{end}"),
        pl.lit(f"NM1*DN*1*PHYSICIAN*PLAIN****XX*{_REFERRING_NPI}{end}" if is_of_medicare else ""),
        pl.format("NM1*82*1*CLINICIAN*PLAIN****XX*{}" + end, "clinician_npi"),
    )


def _member_id(batch: Batch) -> pl.Expr:
    """The number on the patient's card; Medicare's has eleven places, letters and digits where it says."""
    if batch.payer_kind != "Medicare":
        return pl.format("M{}", "patient_id")
    digits = pl.col("patient_id").str.tail(6).str.zfill(6)
    return pl.format("1A{}A{}AA{}", digits.str.slice(0, 2), digits.str.slice(2, 2), digits.str.slice(4, 2))


def _line() -> pl.Expr:
    procedure = pl.concat_str(pl.lit("HC"), "procedure_code", "modifiers", separator=":", ignore_nulls=True)
    return pl.format(
        "LX*{}~\nSV1*{}*{}*UN*{}***1~\nDTP*472*D8*{}~\nREF*6R*{}~\n",
        "line_number",
        procedure,
        amounts.x12(pl.col("charge_cents")),
        "units",
        pl.col("service_on").dt.strftime("%Y%m%d"),
        "line_number",
    )


def syntax_answer(group_control_number: str, control_numbers: Sequence[str]) -> str:
    """One 999 that accepts all of a group."""
    count = str(len(control_numbers))
    body = (
        segment("AK1", "HC", group_control_number, CLAIM_VERSION)
        + "".join(
            segment("AK2", "837", control_number, CLAIM_VERSION) + segment("IK5", "A")
            for control_number in control_numbers
        )
        + segment("AK9", "A", count, count, count)
    )
    return enclosed("999", "0001", SYNTAX_VERSION, body)


def claim_answer(batch: Batch, claims: pl.DataFrame, answered_on: date) -> str:
    """One 277CA in which a payer takes all claims of a batch into its adjudication."""
    day, sent = f"{answered_on:%Y%m%d}", f"{batch.sent_on:%Y%m%d}"
    total = amounts.x12_amount(int(claims["charge_cents"].sum()))
    body = (
        segment("BHT", "0085", "08", f"A{batch.reference}", day, "0400", "TH")
        + segment("HL", "1", "", "20", "1")
        + segment("NM1", "PR", "2", batch.payer_name, "", "", "", "", "PI", batch.payer_id)
        + segment("TRN", "1", f"A{batch.reference}")
        + segment("DTP", "050", "D8", sent)
        + segment("DTP", "009", "D8", day)
        + segment("HL", "2", "1", "21", "1")
        + segment("NM1", "41", "2", PRACTICE_NAME.upper(), "", "", "", "", "46", SUBMITTER)
        + segment("TRN", "2", batch.reference)
        + segment("STC", "A1:19:PR", day, "WQ", total)
        + segment("QTY", "90", str(claims.height))
        + segment("AMT", "YU", total)
        + segment("HL", "3", "2", "19", "1")
        + segment("NM1", "85", "2", PRACTICE_NAME.upper(), "", "", "", "", "XX", PRACTICE_NPI)
        + segment("TRN", "1", "0")
        + segment("STC", "A1:19:PR", "", "WQ", total)
    )
    answers = (
        claims.with_row_index("level", offset=4)
        .select(
            pl.format(
                "HL*{}*3*PT~\nNM1*QC*1*PATIENT*P{}****MI*{}~\nTRN*2*{}~\n"
                f"STC*A2:20:PR*{day}*WQ*{{}}~\nREF*1K*{batch.payer_id}{{}}~\nDTP*472*D8*{{}}~\n",
                "level",
                "patient_id",
                _member_id(batch),
                "claim_id",
                amounts.x12(pl.col("charge_cents")),
                "claim_id",
                pl.col("service_on").dt.strftime("%Y%m%d"),
            )
        )
        .to_series()
    )
    return enclosed("277", batch.control_number, ANSWER_VERSION, body + "".join(answers))
