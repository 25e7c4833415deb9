"""Expectations: what earlier runs saw goes in, the schema `exceptions` and a report come out."""

from datetime import date
from pathlib import Path
from typing import Any

from expectations.life import ObservationHistory
from expectations.report import EvaluationReport
from expectations.runner import evaluate
from ingestion.bronze import BronzeStore


def evaluate_warehouse(warehouse: Path, bronze: BronzeStore, as_of: date) -> EvaluationReport:
    """Judge the marts of a build file and write its exceptions."""
    history = ObservationHistory(
        exceptions=bronze.scan("exception_observations"), runs=bronze.scan("run_observations")
    )
    return evaluate(warehouse, history, as_of)


def outcomes(report: EvaluationReport) -> list[dict[str, Any]]:
    """The outcome per kind as the manifest keeps it."""
    return [
        {"kind": outcome.kind, "result": outcome.result, "exceptions": outcome.exception_count}
        for outcome in sorted(report.outcomes, key=lambda outcome: outcome.kind)
    ]
