"""Corrections: values that people put right without changing the export they stand in."""

import dataframely as dy
import polars as pl

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Corrections(dy.Schema):
    """One row per version of a correction: of one value of a row, or of a record that was refused."""

    correction_id = c.identifier("The correction's own id", "Correction", "Correction ID")
    corrected_by = c.identifier("User who decided it", "Corrected By", "User")
    corrected_at = c.timestamp("When it was decided", "Corrected At", "Corrected")
    reason = c.text("Why, in a sentence without the patient's name", "Reason", required=True, protected=True)
    source = c.identifier("Source of the corrected row, as the reference of sources names it", "Source")
    business_key = c.text("Key of the row; several columns are joined by a bar", "Key", "Business Key")
    column_name = c.identifier("Column to correct", "Column", "Column Name", required=False)
    old_value = c.text("What stands there; blank for nothing", "Old", "Old Value", protected=True)
    new_value = c.text("What should stand there; blank for nothing", "New", "New Value", protected=True)
    file_name = c.text("File of a refused record, with its dated folder", "File", "File Name")
    record_number = c.whole_number("Number of the refused record in it", "Row", required=False)

    @dy.rule()
    def names_a_value_or_a_refused_record(cls) -> pl.Expr:  # noqa: N805
        """A value is named by key and column, a refused record by file and row."""
        names_a_value = cls.business_key.col.is_not_null() & cls.column_name.col.is_not_null()
        names_a_record = cls.file_name.col.is_not_null() & cls.record_number.col.is_not_null()
        return names_a_value | names_a_record


CONTRACT = Contract("corrections", "Corrections", Corrections, ("correction_id",))
