"""The schema `exceptions` of a warehouse: written whole from what was found, read back as what this run saw.

Does not belong here: how rows are found (`findings`), how a life is computed (`changes`, `life`) and which
exception is behind another (`root_causes`).
"""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from expectations.catalogue import STEP_KEYS, Catalogue
from expectations.changes import Sightings, changes_of
from expectations.findings import FINDINGS
from expectations.life import lives_of
from expectations.next_steps import next_steps
from expectations.observations import (
    EXCEPTION_OBSERVATIONS,
    FOUND,
    RUN_OBSERVATIONS,
    ObservationHistory,
)
from expectations.root_causes import RootCauseRule, find_roots, load_root_cause_rules

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
        from exceptions.lives
    ),
    dependents as (
        select root_exception_id, count(*) as dependent_count from roots group by root_exception_id
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
        found.row_number,
        aged.state,
        aged.state_since_on,
        aged.changed_because,
        aged.times_reopened,
        aged.assigned_to,
        aged.waived_until,
        roots.root_exception_id,
        roots.root_rule,
        coalesce(dependents.dependent_count, 0),
        steps.next_step
    from {FINDINGS} as found
    inner join aged on found.exception_id = aged.exception_id
    inner join exceptions.kinds as kinds on found.kind = kinds.kind
    inner join steps on found.exception_id = steps.exception_id
    left join file_names on found.file_hash = file_names.file_hash
    left join roots on found.exception_id = roots.exception_id
    left join dependents on found.exception_id = dependents.root_exception_id
    order by found.exception_id
"""  # noqa: S608 - only texts of this module are put in


# An exception may clear more than once: the days of each time count from when it was found, or found again.
# The mean is rounded half up to tenths in whole numbers, because no figure here passes through a float.
_INSERT_METRICS = f"""
    insert into exceptions.metrics
    with turns as (
        select
            exception_id, cause, changed_on,
            max(case when cause in ('found', 'found_again') and state <> 'persisting' then changed_on end)
                over (partition by exception_id order by change_number) as opened_on
        from exceptions.history
        where cause in ('found', 'found_again', 'not_found')
    ),
    clearings as (
        select
            exception_id,
            count(*) as clearing_count,
            sum(date_diff('day', opened_on, changed_on)) as days_to_clear,
            max(changed_on) as last_cleared_on
        from turns
        where cause = 'not_found'
        group by exception_id
    ),
    aged as (
        select
            lives.*,
            coalesce(kinds.owner, 'nobody') as owner,
            coalesce(clearings.clearing_count, 0) as clearing_count,
            coalesce(clearings.days_to_clear, 0) as days_to_clear,
            exceptions.exception_id is not null as is_there,
            clearings.last_cleared_on,
            date_diff(
                'day', lives.first_seen_on,
                case when exceptions.exception_id is not null then lives.last_seen_on
                     else clearings.last_cleared_on end
            ) as age_days
        from exceptions.lives as lives
        left join exceptions.exceptions as exceptions on lives.exception_id = exceptions.exception_id
        left join exceptions.kinds as kinds on lives.kind = kinds.kind
        left join clearings on lives.exception_id = clearings.exception_id
    ),
    counted as (
        select
            kind,
            owner,
            coalesce(location_id, '') as location_id,
            {AGE_BUCKET} as age_bucket,
            count(*) as opened_count,
            count(*) filter (where is_there) as there_count,
            count(*) filter (where is_there and status in ('open', 'reopened')) as open_count,
            count(*) filter (where is_there and status = 'acknowledged') as acknowledged_count,
            count(*) filter (where is_there and status = 'waived') as waived_count,
            count(*) filter (where not is_there) as gone_count,
            count(*) filter (where not is_there and status = 'resolved') as resolved_count,
            sum(clearing_count) as clearing_count,
            sum(times_reopened) as reopened_count,
            count(*) filter (where first_seen_on = $as_of) as opened_today_count,
            count(*) filter (where not is_there and last_cleared_on = $as_of) as cleared_today_count,
            sum(days_to_clear) as days_to_clear,
            coalesce(sum(amount_at_stake) filter (where is_there), 0) as there_amount,
            coalesce(sum(amount_at_stake) filter (where is_there and status = 'waived'), 0) as waived_amount,
            coalesce(sum(amount_at_stake) filter (where not is_there), 0) as gone_amount
        from aged
        group by all
    )
    select
        * exclude (days_to_clear, there_amount, waived_amount, gone_amount),
        days_to_clear,
        case
            when clearing_count > 0 then cast(
                cast((20 * days_to_clear + clearing_count) // (2 * clearing_count) as decimal(12, 0))
                * cast(0.1 as decimal(2, 1)) as decimal(12, 1)
            )
        end,
        there_amount,
        waived_amount,
        gone_amount
    from counted
    order by kind, location_id, age_bucket
"""  # noqa: S608 - only texts of this module are put in


def told(
    connection: duckdb.DuckDBPyConnection,
    history: ObservationHistory,
    entries: pl.DataFrame,
    as_of: date,
    *,
    undecided: Collection[str] = (),
    only: Collection[str] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lives of the exceptions of FINDINGS and of all before them, and their changes (LIVES, CHANGES).

    history    what earlier published runs saw
    entries    what people entered (EXCEPTION_ENTRIES)
    undecided  kinds that this run could not evaluate, or has not yet
    only       when given, kinds besides which nothing is told
    """
    columns = ", ".join(FOUND)
    current = connection.execute(f"select {columns} from {FINDINGS}").pl().cast(FOUND)  # noqa: S608
    if only is not None:
        wanted = pl.col("kind").is_in(list(only))
        # Every run looked at these kinds, also those that found nothing of them.
        history = ObservationHistory(history.exceptions.filter(wanted), history.runs)
        current = current.filter(wanted)
    sightings = Sightings.up_to(history, current, as_of, undecided=undecided)
    changes = changes_of(sightings, entries)
    return lives_of(sightings, changes), changes


def write_exceptions(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    lives: pl.DataFrame,
    changes: pl.DataFrame,
    as_of: date,
    *,
    root_causes: tuple[RootCauseRule, ...] | None = None,
) -> None:
    """Replace the schema `exceptions` by every row of FINDINGS with its life, in one transaction.

    ``lives`` and ``changes`` are as `told` gave them. ``root_causes`` are the package's own where absent.
    """
    rules = load_root_cause_rules() if root_causes is None else root_causes
    roots = find_roots(connection, rules)
    frames = {
        "lives": lives,
        "changes": changes,
        "roots": roots,
        "steps": _steps(connection, catalogue, roots),
    }
    for name, frame in frames.items():
        connection.register(name, frame.to_arrow())
    connection.execute("begin")
    try:
        connection.execute(SCHEMA)
        connection.executemany(
            "insert into exceptions.kinds values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                    kind.next_step,
                )
                for suite, kind in sorted(catalogue.kinds, key=lambda pair: pair[1].kind)
            ],
        )
        for number, rule in enumerate(rules, start=1):
            connection.execute(
                "insert into exceptions.root_causes values (?, ?, ?, ?, ?)",
                [number, rule.rule, ", ".join(rule.cause), ", ".join(rule.effects), rule.because],
            )
        connection.execute("insert into exceptions.lives by name select * from lives order by exception_id")
        connection.execute(
            "insert into exceptions.history by name"
            " select * from changes order by exception_id, change_number"
        )
        connection.execute(_INSERT_EXCEPTIONS)
        connection.execute(_INSERT_METRICS, {"as_of": as_of})
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    finally:
        for name in frames:
            connection.unregister(name)


def _steps(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, roots: pl.DataFrame) -> pl.DataFrame:
    """What to do next about every exception of FINDINGS, by id."""
    keys = [name for name in STEP_KEYS if name != "file_name"]
    found = connection.execute(
        f"with file_names as ({_FILE_NAMES})"  # noqa: S608 - only names of this module
        f" select found.kind, {', '.join(f'found.{name}' for name in keys)}, file_names.file_name"
        f" from {FINDINGS} as found left join file_names on found.file_hash = file_names.file_hash"
        " order by found.exception_id"
    ).pl()
    found = found.join(roots, on="exception_id", how="left")
    return next_steps(found, {kind.kind: kind.next_step for _, kind in catalogue.kinds})


def observe(warehouse: Path, as_of: date) -> ObservationHistory:
    """What the run that wrote ``warehouse`` saw: the rows that publishing appends to the observations."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return observed_in(connection, as_of)


def observed_in(connection: duckdb.DuckDBPyConnection, as_of: date) -> ObservationHistory:
    """The same, of the warehouse that ``connection`` has open."""
    seen = connection.execute(
        "select $as_of::date as as_of, exception_id, kind, amount_at_stake, what_was_found, location_id "
        "from exceptions.exceptions order by exception_id",
        {"as_of": as_of},
    ).pl()
    return ObservationHistory(
        exceptions=seen.cast(EXCEPTION_OBSERVATIONS).lazy(),
        runs=pl.LazyFrame({"as_of": [as_of], "exception_count": [seen.height]}, schema=RUN_OBSERVATIONS),
    )
