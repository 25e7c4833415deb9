"""X12 835 remittances (005010X221A1) as text, vectorised, exactly as the amounts are given.

Belongs here: segments, envelopes and their counts. Does not belong here: what is paid and why. The writer
never balances anything: whoever gives it frames that do not add up gets a remittance that does not add up,
which is what planted faults and benchmarks need. Amounts are integer cents.

Frames, in the order in which they are written; positions may run on through many remittances:

claims       claim_position, claim_identifier, status_code, charge_cents, paid_cents,
             patient_share_cents (nullable), payer_control_number, patient_identifier, service_on,
             interest_cents (nullable)
lines        claim_position, line_position, procedure_code, modifiers (nullable, colon between),
             charge_cents, paid_cents, units, allowed_cents (nullable), service_on
adjustments  claim_position, line_position (0: the claim itself), group_code, reason_code,
             amount_cents (nullable: left out, for the last adjustment of its group)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from synthetic import amounts

TERMINATOR = "~\n"
VERSION = "005010X221A1"
_TRIPLETS_PER_SEGMENT = 6


@dataclass(frozen=True, slots=True)
class Party:
    """A payer or payee as its N1 loop names it."""

    name: str
    identifier: str
    tax_id: str


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One PLB pair. A positive amount reduces the payment."""

    code: str
    reference: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Remittance:
    """What one transaction set says as a whole. `payment_cents` is BPR02, written as it is given."""

    payer: Party
    payee: Party
    trace_number: str
    payment_on: date
    payment_cents: int
    payment_method: str = "ACH"
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()


def segment(*elements: str) -> str:
    """One segment without trailing empty elements, ended."""
    kept = list(elements)
    while kept and kept[-1] == "":
        kept.pop()
    return "*".join(kept) + TERMINATOR


def claim_texts(claims: pl.DataFrame, lines: pl.DataFrame, adjustments: pl.DataFrame) -> list[str]:
    """The segments of every claim with its lines, one text per row of `claims`."""
    groups = _adjustment_segments(adjustments)
    line_texts = (
        _with_adjustments(lines, groups, ["claim_position", "line_position"])
        .select("claim_position", _line().alias("line_text"))
        .group_by("claim_position", maintain_order=True)
        .agg(pl.col("line_text").str.join(""))
    )
    claim_groups = groups.filter(pl.col("line_position") == 0).drop("line_position")
    texts = (
        _with_adjustments(claims, claim_groups, ["claim_position"])
        .join(line_texts, on="claim_position", how="left", maintain_order="left")
        .select(pl.concat_str(_claim(), pl.col("line_text").fill_null("")))
    )
    return texts.to_series().to_list()


def transaction(remittance: Remittance, claim_texts: Sequence[str], control_number: str = "0001") -> str:
    """One transaction set from ST to SE around the claims that `claim_texts` gave."""
    body = _heading(remittance) + "".join(claim_texts) + _provider_adjustments(remittance)
    count = body.count(TERMINATOR) + 2
    return segment("ST", "835", control_number) + body + segment("SE", str(count), control_number)


def interchange(
    transactions: Sequence[str],
    *,
    sender: str,
    receiver: str,
    sent_on: date,
    control_number: int,
    functional_code: str = "HP",
    version: str = VERSION,
) -> str:
    """One interchange with one functional group around `transactions`, remittances unless said otherwise."""
    day = sent_on.strftime("%Y%m%d")
    opening = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{receiver:15}*{day[2:]}*0600*^*00501*{control_number:09}*0*P*:"
        + TERMINATOR
        + segment("GS", functional_code, sender, receiver, day, "0600", str(control_number), "X", version)
    )
    closing = segment("GE", str(len(transactions)), str(control_number)) + segment(
        "IEA", "1", f"{control_number:09}"
    )
    return opening + "".join(transactions) + closing


def _heading(remittance: Remittance) -> str:
    day = remittance.payment_on.strftime("%Y%m%d")
    is_paid = remittance.payment_cents != 0
    method = remittance.payment_method if is_paid else "NON"
    # Ten account elements that only an electronic payment fills.
    accounts = (
        [
            "CCP",
            "01",
            "999999992",
            "DA",
            "123456",
            f"1{remittance.payer.tax_id}",
            "",
            "01",
            "999988880",
            "DA",
            "98765",
        ]
        if method == "ACH"
        else [""] * 11
    )
    handling = "I" if is_paid else "H"
    return "".join(
        (
            segment(
                "BPR", handling, amounts.x12_amount(remittance.payment_cents), "C", method, *accounts, day
            ),
            segment("TRN", "1", remittance.trace_number, f"1{remittance.payer.tax_id}"),
            segment("DTM", "405", day),
            segment("N1", "PR", remittance.payer.name),
            segment("N3", "1 PLAIN STREET"),
            segment("N4", "ALBANY", "NY", "12207"),
            segment("REF", "2U", remittance.payer.identifier),
            segment("PER", "BL", "REMITTANCE DESK", "TE", "5555550100"),
            segment("N1", "PE", remittance.payee.name, "XX", remittance.payee.identifier),
            segment("REF", "TJ", remittance.payee.tax_id),
            segment("LX", "1"),
        )
    )


def _provider_adjustments(remittance: Remittance) -> str:
    year_end = f"{remittance.payment_on.year}1231"
    pairs = [
        element
        for item in remittance.provider_adjustments
        for element in (f"{item.code}:{item.reference}", amounts.x12_amount(item.amount_cents))
    ]
    # Six pairs fill a segment.
    return "".join(
        segment("PLB", remittance.payee.identifier, year_end, *pairs[start : start + 12])
        for start in range(0, len(pairs), 12)
    )


def _with_adjustments(rows: pl.DataFrame, groups: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return rows.join(groups, on=keys, how="left", maintain_order="left").with_columns(
        pl.col("adjustment_text").fill_null("")
    )


def _adjustment_segments(adjustments: pl.DataFrame) -> pl.DataFrame:
    """(claim_position, line_position, adjustment_text): the CAS segments of every claim and line."""
    keys = ["claim_position", "line_position", "group_code"]
    triplet = pl.concat_str(
        "reason_code", amounts.x12(pl.col("amount_cents")), separator="*", ignore_nulls=True
    )
    return (
        adjustments.with_columns(part=pl.int_range(pl.len()).over(keys) // _TRIPLETS_PER_SEGMENT)
        .group_by(*keys, "part", maintain_order=True)
        .agg(triplet.str.join("**").alias("triplets"))
        .select(
            "claim_position",
            "line_position",
            pl.format("CAS*{}*{}" + TERMINATOR, "group_code", "triplets").alias("segment"),
        )
        .group_by("claim_position", "line_position", maintain_order=True)
        .agg(pl.col("segment").str.join("").alias("adjustment_text"))
    )


def _claim() -> pl.Expr:
    patient_share = amounts.x12(pl.col("patient_share_cents")).fill_null("")
    interest = pl.when(pl.col("interest_cents").is_not_null()).then(
        pl.format("AMT*I*{}" + TERMINATOR, amounts.x12(pl.col("interest_cents")))
    )
    return pl.concat_str(
        pl.format(
            "CLP*{}*{}*{}*{}*{}*12*{}*11*1" + TERMINATOR,
            "claim_identifier",
            "status_code",
            amounts.x12(pl.col("charge_cents")),
            amounts.x12(pl.col("paid_cents")),
            patient_share,
            "payer_control_number",
        ),
        pl.col("adjustment_text"),
        pl.format("NM1*QC*1*PATIENT*{}****MI*M{}" + TERMINATOR, "patient_identifier", "patient_identifier"),
        pl.format("DTM*050*{}" + TERMINATOR, pl.col("service_on").dt.strftime("%Y%m%d")),
        interest.fill_null(""),
    )


def _line() -> pl.Expr:
    procedure = pl.concat_str(pl.lit("HC"), "procedure_code", "modifiers", separator=":", ignore_nulls=True)
    allowed = pl.when(pl.col("allowed_cents").is_not_null()).then(
        pl.format("AMT*B6*{}" + TERMINATOR, amounts.x12(pl.col("allowed_cents")))
    )
    return pl.concat_str(
        pl.format(
            "SVC*{}*{}*{}**{}" + TERMINATOR,
            procedure,
            amounts.x12(pl.col("charge_cents")),
            amounts.x12(pl.col("paid_cents")),
            "units",
        ),
        pl.format("DTM*472*{}" + TERMINATOR, pl.col("service_on").dt.strftime("%Y%m%d")),
        pl.col("adjustment_text"),
        pl.format("REF*6R*{}" + TERMINATOR, "line_position"),
        allowed.fill_null(""),
    )
