"""Expectations: what runs saw and people entered goes in, the schema `exceptions` and a report come out."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from expectations.observations import EXCEPTION_ENTRIES, ObservationHistory
from expectations.report import EvaluationReport
from expectations.runner import evaluate
from ingestion.bronze import BronzeStore
from journal.frames import EXCEPTION_TABLE


def evaluate_warehouse(
    warehouse: Path, bronze: BronzeStore, as_of: date, entries: Path | None = None
) -> EvaluationReport:
    """Judge the marts of a build file and write its exceptions.

    ``entries`` is the folder of people's entries (`run.people`); None where nobody has kept a journal yet.
    """
    history = ObservationHistory(
        exceptions=bronze.scan("exception_observations", commit_as="run_number"),
        runs=bronze.scan("run_observations", commit_as="run_number"),
    )
    told = pl.read_parquet(entries / f"{EXCEPTION_TABLE}.parquet") if entries else None
    return evaluate(
        warehouse, history, as_of, entries=None if told is None else told.select(*EXCEPTION_ENTRIES)
    )


def outcomes(report: EvaluationReport) -> list[dict[str, Any]]:
    """The outcome per kind as the manifest keeps it."""
    return [
        {"kind": outcome.kind, "result": outcome.result, "exceptions": outcome.exception_count}
        for outcome in sorted(report.outcomes, key=lambda outcome: outcome.kind)
    ]
