"""Patient merges: accounts of one person that the EMR has put together."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class PatientMerges(dy.Schema):
    """One row per version of a merge; the account it became can be merged later itself."""

    merged_patient_id = c.identifier(
        "Patient account number that is used no more",
        "Merged Patient ID",
        "From Patient ID",
        "Old Patient ID",
    )
    patient_id = c.identifier(
        "Patient account number that it became", "Patient ID", "Into Patient ID", "Surviving Patient ID"
    )
    merged_on = c.date("Date of the merge", "Merged On", "Merge Date")
    last_modified_at = c.timestamp("When the row was last changed", "Last Modified", required=False)


CONTRACT = Contract("patient_merges", "Patient merges", PatientMerges, ("merged_patient_id",))
