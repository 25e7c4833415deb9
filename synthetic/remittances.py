"""What payers send on one day: one 835 per payer that answers anything.

Belongs here: gathering the day's answers into remittances that balance at all three levels, and their files.
Does not belong here: the decision on a claim (`adjudication`), the text of the segments (`x12_writer`), and
the way of the money into the books (`remittance_posting`).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic.adjudication import PATIENT_SHARES
from synthetic.chance import Chance
from synthetic.days import date_of
from synthetic.deliveries import Deliveries
from synthetic.practice import PAYERS, PRACTICE_NAME, PRACTICE_NPI, PRACTICE_TAX_ID, Practice, on
from synthetic.remittance_posting import CHECK_PAYERS, PaymentDay, book
from synthetic.x12_writer import Party, ProviderAdjustment, Remittance, claim_texts, interchange, transaction

_PAYEE = Party(PRACTICE_NAME.upper(), PRACTICE_NPI, PRACTICE_TAX_ID)
_DECIDED = ("allowed_cents", "contractual_cents", *PATIENT_SHARES, "sequestration_cents", "paid_cents")
_STATUS_CODES = {"payment": "1", "denial": "4", "reversal": "22", "correction": "1", "legacy": "1"}


@dataclass(frozen=True, slots=True)
class SentRemittance:
    """One remittance as it was sent: the text of its file and its control totals."""

    payer_id: str
    text: str
    claim_count: int
    claim_paid_cents: int
    payment_cents: int


def send(practice: Practice, day: int, seed: int, deliveries: Deliveries) -> list[SentRemittance]:
    """Send the remittances of `day`, one per payer that answers anything, and book them."""
    answers = deliveries.take(day, "answers")
    recoupments = deliveries.take(day, "recoupments")
    if answers is None:
        return []
    today = PaymentDay(practice, day, Chance(seed, day, 3), deliveries)
    lines = _positioned(pl.concat([_as_decided(answers), _legacy_claims(today, answers)], how="diagonal"))
    heads = _with_interest(_heads(lines), today.chance)
    taken = _affordable(recoupments, heads)
    payments = _payments(heads, taken, day)
    book(today, lines.filter(pl.col("role") != "legacy"), taken, payments)
    return _written(today, lines, heads, taken, payments)


def _as_decided(answers: pl.DataFrame) -> pl.DataFrame:
    """The answers with signs and denials applied; every (visit, role) becomes one claim of a remittance."""
    is_denied = pl.col("role") == "denial"
    sign = pl.when(pl.col("role") == "reversal").then(-1).otherwise(1)
    zero = pl.lit(0, dtype=pl.Int64)
    return answers.with_columns(
        pl.when(is_denied).then(pl.col("charge_cents")).otherwise(zero).alias("denied_cents"),
        pl.col("charge_cents") * sign,
        *(pl.when(is_denied).then(zero).otherwise(pl.col(name) * sign).alias(name) for name in _DECIDED),
    )


def _legacy_claims(today: PaymentDay, answers: pl.DataFrame) -> pl.DataFrame:
    """Now and then a payer answers a claim that was billed from the system used before."""
    payers = answers["payer"].unique().sort().to_numpy()
    payer = np.repeat(payers, today.chance.one_of(len(payers), (0, 1, 2), (0.8, 0.15, 0.05)))
    count = len(payer)
    charge = today.chance.between(count, 60, 150) * 100
    paid = charge * np.array([PAYERS[number].allowed_percent for number in payer], dtype=np.int64) // 100
    claims_of_today = pl.DataFrame(
        {
            "payer": payer,
            # Negative, so that it is no visit of this system and stands first in the file.
            "visit": np.arange(count) - (today.day + 1) * 100,
            "charge_cents": charge,
            "allowed_cents": paid,
            "contractual_cents": charge - paid,
            "paid_cents": paid,
        },
        schema=dict.fromkeys(
            ("payer", "visit", "charge_cents", "allowed_cents", "contractual_cents", "paid_cents"), pl.Int64
        ),
    )
    zeros = (*PATIENT_SHARES, "sequestration_cents", "denied_cents")
    return claims_of_today.with_columns(
        pl.format("PM-{}", -pl.col("visit")).alias("claim_id"),
        pl.format("9{}", -pl.col("visit")).alias("patient_id"),
        pl.lit("97110").alias("procedure_code"),
        pl.lit("GP").alias("modifiers"),
        pl.lit("legacy").alias("role"),
        pl.lit(-30, dtype=pl.Int64).alias("visit_day"),
        *(pl.lit(1, dtype=pl.Int64).alias(name) for name in ("line_number", "units")),
        *(pl.lit(0, dtype=pl.Int64).alias(name) for name in zeros),
    )


def _positioned(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines in the order of the files, claims numbered through; a reversal stands before its correction."""
    rank = pl.col("role").replace_strict({"reversal": 1, "correction": 2}, default=0, return_dtype=pl.Int64)
    ordered = lines.with_columns(rank=rank).sort("payer", "visit", "rank", "line_number")
    claim = pl.struct("payer", "visit", "rank")
    is_taken_at_claim = (pl.col("visit") % 10 == 0) & (pl.col("sequestration_cents") != 0)
    return ordered.with_columns(
        claim.rle_id().cast(pl.Int64).alias("claim_position"),
        claim_sequestration_cents=pl.when(is_taken_at_claim).then(pl.col("sequestration_cents")).otherwise(0),
    ).with_columns(line_position=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("claim_position"))


def _heads(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per claim of a remittance."""
    return lines.group_by("claim_position", maintain_order=True).agg(
        pl.col("payer", "visit", "claim_id", "patient_id", "role", "visit_day").first(),
        pl.col("charge_cents", "paid_cents", "claim_sequestration_cents").sum(),
        pl.sum_horizontal(*PATIENT_SHARES).sum().alias("patient_share_cents"),
    )


def _with_interest(heads: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """One remittance in ten pays interest on its first paid claim."""
    payers = heads.select("payer").unique(maintain_order=True)
    interest = np.where(chance.happens(payers.height, 0.1), chance.between(payers.height, 12, 480), 0)
    is_paid = pl.col("paid_cents") > 0
    is_first_paid = is_paid & (is_paid.cum_sum().over("payer") == 1)
    pays = pl.col("payer_interest_cents") > 0
    return heads.join(
        payers.with_columns(payer_interest_cents=pl.Series(interest)), on="payer", maintain_order="left"
    ).with_columns(interest_cents=pl.when(is_first_paid & pays).then(pl.col("payer_interest_cents")))


def _affordable(recoupments: pl.DataFrame | None, heads: pl.DataFrame) -> pl.DataFrame:
    """What each payer takes back today: all of it, or nothing where it is more than half of what it pays."""
    schema = dict.fromkeys(("payer", "visit", "line_number", "recouped_cents"), pl.Int64) | {
        "claim_id": pl.String
    }
    if recoupments is None:
        return pl.DataFrame(schema=schema)
    paid = heads.group_by("payer").agg(pl.col("paid_cents").sum())
    return (
        recoupments.join(paid, on="payer", how="inner", maintain_order="left")
        .filter(pl.col("recouped_cents").sum().over("payer") * 2 <= pl.col("paid_cents"))
        .sort("payer", "visit")
        .select(*schema)
    )


def _payments(heads: pl.DataFrame, taken: pl.DataFrame, day: int) -> pl.DataFrame:
    """One row per remittance, ordered by payer: its names and its money in cents."""
    is_legacy = pl.col("role") == "legacy"
    numbers = pl.col("payer") + 1
    return (
        heads.group_by("payer", maintain_order=True)
        .agg(
            pl.len().alias("claim_count"),
            pl.col("paid_cents").sum(),
            pl.col("paid_cents").filter(is_legacy).sum().alias("legacy_cents"),
            pl.col("interest_cents").sum(),
            (pl.col("role") == "reversal").any().alias("has_reversal"),
        )
        .join(
            taken.group_by("payer").agg(pl.col("recouped_cents").sum()),
            on="payer",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.col("recouped_cents").fill_null(0),
            pl.lit(pl.Series([payer.payer_id for payer in PAYERS])).gather(pl.col("payer")).alias("payer_id"),
            pl.format("RE{}-{}", numbers, pl.lit(f"{on(day):%Y%m%d}")).alias("receipt_id"),
            pl.format("810{}{}", numbers, pl.lit(f"{on(day):%Y%m%d}")).alias("trace_number"),
        )
        .with_columns(
            payment_cents=pl.col("paid_cents") - pl.col("recouped_cents") + pl.col("interest_cents")
        )
        .sort("payer")
    )


def _written(
    today: PaymentDay, lines: pl.DataFrame, heads: pl.DataFrame, taken: pl.DataFrame, payments: pl.DataFrame
) -> list[SentRemittance]:
    """The files, one interchange per payer."""
    texts = claim_texts(_claim_rows(heads), _line_rows(lines), _adjustment_rows(lines, heads))
    written, start = [], 0
    for payment in payments.iter_rows(named=True):
        number, count = int(payment["payer"]), int(payment["claim_count"])
        payer = PAYERS[number]
        remittance = Remittance(
            payer=Party(payer.payer_name, payer.payer_id, payer.tax_id),
            payee=_PAYEE,
            trace_number=payment["trace_number"],
            payment_on=on(today.day),
            payment_cents=payment["payment_cents"],
            payment_method="CHK" if payer.payer_id in CHECK_PAYERS else "ACH",
            provider_adjustments=_provider_adjustments(
                taken.filter(pl.col("payer") == number), payment["interest_cents"]
            ),
        )
        text = interchange(
            [transaction(remittance, texts[start : start + count])],
            sender=f"PLAIN{payer.payer_id}",
            receiver="PLAINTHERAPY",
            sent_on=on(today.day),
            control_number=(number + 1) * 1_000_000 + today.day + 1,
        )
        written.append(
            SentRemittance(payer.payer_id, text, count, payment["paid_cents"], payment["payment_cents"])
        )
        start += count
    return written


def _provider_adjustments(taken: pl.DataFrame, interest_cents: int) -> tuple[ProviderAdjustment, ...]:
    recouped = taken.select(_control_number().alias("reference"), "recouped_cents")
    items = [ProviderAdjustment("WO", reference, cents) for reference, cents in recouped.iter_rows()]
    if interest_cents:
        items.append(ProviderAdjustment("L6", "INTEREST", -interest_cents))
    return tuple(items)


def _control_number() -> pl.Expr:
    """The payer's own number of a claim; a claim paid, reversed and corrected keeps it."""
    return pl.format("{}{}", pl.col("payer") + 1, pl.col("visit").abs().cast(pl.String).str.zfill(10))


def _claim_rows(heads: pl.DataFrame) -> pl.DataFrame:
    return heads.select(
        "claim_position",
        pl.col("claim_id").alias("claim_identifier"),
        pl.col("role").replace_strict(_STATUS_CODES).alias("status_code"),
        "charge_cents",
        "paid_cents",
        pl.when(pl.col("role") != "reversal")
        .then(pl.col("patient_share_cents"))
        .alias("patient_share_cents"),
        _control_number().alias("payer_control_number"),
        pl.format("P{}", pl.col("patient_id")).alias("patient_identifier"),
        date_of(pl.col("visit_day")).alias("service_on"),
        "interest_cents",
    )


def _line_rows(lines: pl.DataFrame) -> pl.DataFrame:
    """A line shows as paid what its own adjustments leave; what is taken at claim level is not a line's."""
    return lines.select(
        "claim_position",
        "line_position",
        "procedure_code",
        "modifiers",
        "charge_cents",
        (pl.col("paid_cents") + pl.col("claim_sequestration_cents")).alias("paid_cents"),
        "units",
        pl.when(pl.col("role") != "denial").then(pl.col("allowed_cents")).alias("allowed_cents"),
        date_of(pl.col("visit_day")).alias("service_on"),
    )


def _adjustment_rows(lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Why each line is paid less than charged; group and reason codes, no empty amounts."""
    reasons = (
        ("CO", "45", pl.col("contractual_cents")),
        ("CO", "16", pl.col("denied_cents")),
        ("CO", "253", pl.col("sequestration_cents") - pl.col("claim_sequestration_cents")),
        ("PR", "1", pl.col("deductible_cents")),
        ("PR", "2", pl.col("coinsurance_cents")),
        ("PR", "3", pl.col("copay_share_cents")),
    )

    def rows(of: pl.DataFrame, line: pl.Expr, group: str, reason: str, cents: pl.Expr) -> pl.DataFrame:
        return of.select(
            "claim_position",
            line.alias("line_position"),
            pl.lit(group).alias("group_code"),
            pl.lit(reason).alias("reason_code"),
            cents.alias("amount_cents"),
        ).filter(pl.col("amount_cents") != 0)

    of_claims = rows(heads, pl.lit(0, dtype=pl.Int64), "CO", "253", pl.col("claim_sequestration_cents"))
    return pl.concat([of_claims, *(rows(lines, pl.col("line_position"), *reason) for reason in reasons)])
