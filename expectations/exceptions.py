"""The schema `exceptions` of a warehouse: written whole from what was found, read back as what this run saw.

Does not belong here: how rows are found (`findings`) and how a life is computed (`life`).
"""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from expectations.catalogue import Catalogue
from expectations.findings import FINDINGS
from expectations.life import EXCEPTION_OBSERVATIONS, RUN_OBSERVATIONS, ObservationHistory, lives

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")

# One file may have come under several names; the name under which it was loaded speaks for it, else the
# first.
_FILE_NAMES = """
    select file_hash, arg_min(file_name, (verdict <> 'loaded', loaded_on, load_id)) as file_name
    from marts.loads
    group by file_hash
"""

AGE_BUCKET = """
    case
        when age_days <= 1 then '0-1'
        when age_days <= 7 then '2-7'
        when age_days <= 30 then '8-30'
        when age_days <= 60 then '31-60'
        when age_days <= 90 then '61-90'
        else 'over 90'
    end
"""

_INSERT_EXCEPTIONS = f"""
    insert into exceptions.exceptions
    with file_names as ({_FILE_NAMES}),
    aged as (
        select *, cast(date_diff('day', first_seen_on, last_seen_on) as integer) as age_days
        from exceptions.history
        where status <> 'cleared'
    )
    select
        found.exception_id,
        found.kind,
        kinds.suite,
        kinds.severity,
        kinds.owner,
        found.business_key,
        found.amount_at_stake,
        found.location_id,
        found.patient_id,
        found.left_key,
        found.right_key,
        found.what_was_found,
        kinds.what_to_do,
        aged.first_seen_on,
        aged.last_seen_on,
        aged.age_days,
        {AGE_BUCKET},
        aged.status,
        found.file_hash,
        file_names.file_name,
        found.row_number
    from {FINDINGS} as found
    inner join aged on found.exception_id = aged.exception_id
    inner join exceptions.kinds as kinds on found.kind = kinds.kind
    left join file_names on found.file_hash = file_names.file_hash
    order by found.exception_id
"""  # noqa: S608 - only texts of this module are put in


def write_exceptions(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    history: ObservationHistory,
    as_of: date,
    *,
    undecided: Collection[str] = (),
) -> None:
    """Replace the schema `exceptions` by every row of FINDINGS with its life, in one transaction.

    ``undecided`` names the kinds that this run could not evaluate.
    """
    current = connection.execute(f"select exception_id, kind from {FINDINGS}").pl()  # noqa: S608
    connection.register("lives", lives(history, current, as_of, undecided=undecided).to_arrow())
    connection.execute("begin")
    try:
        connection.execute(SCHEMA)
        connection.executemany(
            "insert into exceptions.kinds values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    kind.kind,
                    suite.mart,
                    kind.title,
                    kind.severity,
                    kind.blocks_publish,
                    kind.owner,
                    kind.meaning,
                    kind.what_to_do,
                    kind.how_it_clears,
                )
                for suite, kind in sorted(catalogue.kinds, key=lambda pair: pair[1].kind)
            ],
        )
        connection.execute("insert into exceptions.history by name select * from lives order by exception_id")
        connection.execute(_INSERT_EXCEPTIONS)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    finally:
        connection.unregister("lives")


def observe(warehouse: Path, as_of: date) -> ObservationHistory:
    """What the run that wrote ``warehouse`` saw: the rows that publishing appends to the observations."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        seen = connection.execute(
            "select $as_of::date as as_of, exception_id, kind, amount_at_stake "
            "from exceptions.exceptions order by exception_id",
            {"as_of": as_of},
        ).pl()
    return ObservationHistory(
        exceptions=seen.cast(EXCEPTION_OBSERVATIONS).lazy(),
        runs=pl.LazyFrame({"as_of": [as_of], "exception_count": [seen.height]}, schema=RUN_OBSERVATIONS),
    )
