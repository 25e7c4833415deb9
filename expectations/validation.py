"""The run of one suite through Great Expectations, read-only, with a three-valued answer per kind.

An expectation that raised also calls itself unsuccessful; only its exception information tells the two
apart, so `errored` is never reported as bad data. Great Expectations is imported inside the function that
needs it, because the import alone takes seconds. Does not belong here: what happens with the failing rows
(`findings`, `exceptions`).
"""

import os
import re
import warnings
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from expectations.catalogue import Catalogue, Suite
from expectations.findings import ERRORS_WITHOUT_VALUES

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent import SQLDatasource

Result = Literal["passed", "failed", "errored"]

# Without these two every expectation on DuckDB fails: Great Expectations reads its rows after the pooled
# connection was rolled back.
ENGINE_OPTIONS = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}

# Counts only. The fuller format carries rows, and rows carry people.
RESULT_FORMAT: Literal["SUMMARY"] = "SUMMARY"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Great Expectations says of one kind: the result, the number of failing rows, why it errored."""

    result: Result
    row_count: int = 0
    reason: str | None = None


def validate(warehouse: Path, catalogue: Catalogue, as_of: date) -> dict[str, Verdict]:
    """Run every suite against the warehouse file, opened read-only; kind to verdict.

    The file is closed when this returns, so the caller may open it for writing. Raises ValueError for a path
    with a dollar sign, in whose place Great Expectations would put an environment variable.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    if "$" in str(warehouse.resolve()):
        raise ValueError("the path of the warehouse contains a dollar sign; choose a home folder without one")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        "warehouse",
        connection_string=f"duckdb:///{warehouse.resolve()}?access_mode=read_only",
        kwargs=ENGINE_OPTIONS,  # type: ignore[call-arg]  # the library's stub leaves this parameter out
    )
    try:
        verdicts: dict[str, Verdict] = {}
        for suite in catalogue.suites:
            verdicts |= _validate_suite(source, suite, as_of)
        return verdicts
    finally:
        # Two pools, one for reading the schema and one for running expectations: either alone keeps the
        # file locked.
        source.get_engine().dispose()
        source.get_execution_engine().engine.dispose()


def _validate_suite(source: "SQLDatasource", suite: Suite, as_of: date) -> dict[str, Verdict]:
    """One suite against its mart. A mart that is not there makes every kind of the suite errored."""
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.expectations.metadata_types import FailureSeverity

    try:
        with warnings.catch_warnings():
            # The library wants one connection per schema instead; the suites read more than one.
            warnings.simplefilter("ignore", DeprecationWarning)
            asset = source.add_table_asset(suite.mart, table_name=suite.mart, schema_name="marts")
    except Exception as error:  # noqa: BLE001 - the library wraps whatever the engine raised
        return {
            kind.kind: Verdict("errored", reason=f"{type(error).__name__}: cannot read {suite.table}")
            for kind in suite.kinds
        }
    batch = asset.add_batch_definition_whole_table("whole").get_batch()
    expectations = gx.ExpectationSuite(
        suite.mart,
        expectations=[
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=suite.sql_for_expectations(kind, as_of),
                severity=FailureSeverity(kind.severity),
                description=kind.title,
                meta={"kind": kind.kind},
            )
            for kind in suite.kinds
        ],
    )
    results = batch.validate(expectations, result_format=RESULT_FORMAT).results
    return {_kind_of(result): _verdict(result) for result in results}


def _kind_of(result: "ExpectationValidationResult") -> str:
    """Results come in an order of their own; what was put in with the expectation tells them apart."""
    assert result.expectation_config is not None
    return str(result.expectation_config.meta["kind"])


def _verdict(result: "ExpectationValidationResult") -> Verdict:
    if _raised(result.exception_info):
        return Verdict("errored", reason=_reason(str(result.exception_info)))
    row_count = int(result.result["observed_value"])
    assert result.success == (row_count == 0)
    return Verdict("passed") if result.success else Verdict("failed", row_count)


def _raised(exception_info: dict[str, Any] | None) -> bool:
    """The information comes flat, or keyed by metric: both are looked into."""
    if not exception_info:
        return False
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(_raised(part) for part in exception_info.values() if isinstance(part, dict))


def _reason(exception_text: str) -> str:
    """The class of the engine's error, with its first line only where that cannot quote a value of a row."""
    found = re.search(r"\(_?duckdb\.(\w+)\) (.*?)(?:\\n|\n|$)", exception_text)
    if found is None:
        return "its expectation raised"
    name, first_line = found.groups()
    return f"{name}: {first_line}" if name in ERRORS_WITHOUT_VALUES else f"{name} while its rows were read"
