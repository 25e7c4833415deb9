"""Every correction of a value with the judgement whether it applies, which `ingestion.corrections` makes.

The model only carries frames across, as Arrow.
"""

from ingestion.corrections import judge


def model(dbt, session):
    """One row per correction of a value, as `ingestion.corrections.JUDGED` describes them."""
    dbt.config(materialized="table")
    corrections = dbt.ref("stg_ingestion__corrections").filter("file_name is null").pl()
    delivered = dbt.ref("base_ingestion__corrected_values").pl()
    return judge(corrections, delivered).to_arrow()
