"""Claims on their way to payers: sent in one file a day, acknowledged on the next days.

Belongs here: when a claim is sent and when its receiver answers. Does not belong here: how a claim is written
(`claim_writer`) or what payers decide (`adjudication`). A claim goes out two days after it was created, when
voids, voided lines and failed charges are behind it. On the day after, the clearinghouse accepts the file's
syntax (999); on the day after that, each payer takes the claims in (277CA).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from synthetic.claim_files import claim_answers_file, claims_file, syntax_answers_file
from synthetic.claim_writer import Batch, claim_answer, claim_transaction, syntax_answer
from synthetic.days import date_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import CLINICIANS_PER_CLINIC, PAYERS, SELF_PAY, npi, on
from synthetic.visits import authorization_id

_DAYS_UNTIL_SENT = 2
SENT, SYNTAX, ANSWERED = "submitted_lines", "submitted_batches", "submitted_claims"


@dataclass(frozen=True, slots=True)
class SentFile:
    """One X12 file. `claims` and `charge_cents` are those of an 837P, 0 in an answer."""

    name: str
    text: str
    claims: int = 0
    charge_cents: int = 0


def queue_claims(lines: pl.DataFrame, deliveries: Deliveries) -> None:
    """Queue the lines of insured claims for the day on which they are sent."""
    insured = lines.filter(pl.col("payer") != SELF_PAY)
    if insured.is_empty():
        return
    asking = [number for number, payer in enumerate(PAYERS) if payer.needs_authorization]
    clinician = pl.col("clinic") * 10 + pl.col("visit") % CLINICIANS_PER_CLINIC
    numbers = insured.select(clinician.alias("number")).to_series().unique().to_list()
    day = int(insured["visit_day"][0])
    deliveries.add(
        SENT,
        insured.select(
            "payer",
            "claim_id",
            "patient_id",
            "line_number",
            "procedure_code",
            "modifiers",
            "units",
            "charge_cents",
            date_of(pl.col("visit_day")).alias("service_on"),
            pl.when(pl.col("payer").is_in(asking)).then(authorization_id(day)).alias("authorization_id"),
            clinician.replace_strict(
                {number: npi(number) for number in numbers}, return_dtype=pl.String
            ).alias("clinician_npi"),
            (pl.col("created_day") + _DAYS_UNTIL_SENT).alias(DELIVERY),
        ),
    )


def send(day: int, deliveries: Deliveries) -> Iterator[SentFile]:
    """The X12 files about claims that are delivered on `day`, and the answers they lead to."""
    lines = deliveries.take(day, SENT)
    if lines is not None:
        yield _sent_claims(day, lines, deliveries)
    batches = deliveries.take(day, SYNTAX)
    if batches is not None:
        yield from _syntax_answers(day, batches)
    claims = deliveries.take(day, ANSWERED)
    if claims is not None:
        yield from _claim_answers(day, claims)


def _sent_claims(day: int, lines: pl.DataFrame, deliveries: Deliveries) -> SentFile:
    claims = lines.group_by("claim_id", maintain_order=True).agg(
        pl.col("payer", "patient_id", "service_on", "authorization_id", "clinician_npi").first(),
        pl.col("charge_cents").sum(),
    )
    transactions: list[str] = []
    numbers: list[str] = []
    for (payer,), of_payer in claims.sort("payer", maintain_order=True).group_by(
        "payer", maintain_order=True
    ):
        batch = _batch(day, int(str(payer)), len(numbers) + 1)
        numbers.append(batch.control_number)
        transactions.append(claim_transaction(batch, of_payer, lines.filter(pl.col("payer") == payer)))
    queued = {"sent_day": pl.lit(day, dtype=pl.Int64)}
    deliveries.add(
        SYNTAX,
        pl.DataFrame({"control_number": numbers}).with_columns(
            **queued, **{DELIVERY: pl.lit(day + 1, dtype=pl.Int64)}
        ),
    )
    deliveries.add(
        ANSWERED,
        claims.select("payer", "claim_id", "patient_id", "service_on", "charge_cents").with_columns(
            **queued, **{DELIVERY: pl.lit(day + 2, dtype=pl.Int64)}
        ),
    )
    text = claims_file(transactions, on(day), day + 1)
    return SentFile(f"837P_{on(day):%Y%m%d}.edi", text, claims.height, int(claims["charge_cents"].sum()))


def _batch(day: int, payer: int, number: int) -> Batch:
    chosen = PAYERS[payer]
    return Batch(
        control_number=f"{number:04}",
        reference=f"B{on(day):%Y%m%d}{chosen.payer_id}",
        payer_name=chosen.payer_name,
        payer_id=f"C{chosen.payer_id}",
        sent_on=on(day),
        payer_kind=chosen.payer_kind,
    )


def _syntax_answers(day: int, batches: pl.DataFrame) -> Iterator[SentFile]:
    for (sent_day,), rows in batches.group_by("sent_day", maintain_order=True):
        group = int(str(sent_day)) + 1
        answer = syntax_answer(str(group), rows["control_number"].to_list())
        text = syntax_answers_file([answer], on(day), 10_000 + group)
        yield SentFile(f"999_{on(day):%Y%m%d}.edi", text)


def _claim_answers(day: int, claims: pl.DataFrame) -> Iterator[SentFile]:
    for (sent_day,), of_day in claims.group_by("sent_day", maintain_order=True):
        sent = int(str(sent_day))
        answers = [
            claim_answer(_batch(sent, int(str(payer)), number), of_payer, on(day))
            for number, ((payer,), of_payer) in enumerate(
                of_day.sort("payer", maintain_order=True).group_by("payer", maintain_order=True), 1
            )
        ]
        text = claim_answers_file(answers, on(day), 20_000 + sent)
        yield SentFile(f"277CA_{on(day):%Y%m%d}.edi", text)
