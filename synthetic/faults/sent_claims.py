"""A claim of one line as it is sent, for the planters that send claims of their own."""

from datetime import date

import polars as pl


def one_claim(
    claim_id: str,
    patient_id: str,
    cents: int,
    day: date,
    *,
    clinician_npi: str,
    units: int = 1,
    modifiers: str | None = "GP",
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The claim and its line, as `synthetic.claim_writer` takes them."""
    claims = pl.DataFrame(
        {
            "claim_id": claim_id,
            "patient_id": patient_id,
            "charge_cents": cents,
            "service_on": day,
            "authorization_id": None,
            "clinician_npi": clinician_npi,
        },
        schema_overrides={"authorization_id": pl.String},
    )
    lines = claims.select("claim_id", "charge_cents", "service_on").with_columns(
        line_number=1,
        procedure_code=pl.lit("97110"),
        modifiers=pl.lit(modifiers, dtype=pl.String),
        units=units,
    )
    return claims, lines
