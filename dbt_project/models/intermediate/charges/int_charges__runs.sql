{{ config(materialized='table') }}

-- A run is known by what it refused. One that refused nothing leaves no row: a later export without rows is such a run.
with refusing as (
    select
        coalesce(company_id, '') as company_id,
        run_number,
        min(run_on) as run_on
    from {{ ref('stg_billing__failed_charges') }}
    where run_on <= {{ as_of() }}
    group by coalesce(company_id, ''), run_number
),

companies as (
    select
        company_id,
        max(run_on) as last_run_on
    from refusing
    group by company_id
),

last_empty_export as (
    select max(loaded_on) as loaded_on
    from {{ ref('stg_ingestion__loads') }}
    where
        source = 'failed_charges'
        and verdict in ('loaded', 'duplicate')
        and records_read = 0
),

runs as (
    select
        company_id,
        run_number,
        run_on
    from refusing

    union all

    select
        companies.company_id,
        'none refused' as run_number,
        last_empty_export.loaded_on as run_on
    from companies
    cross join last_empty_export
    where companies.last_run_on < last_empty_export.loaded_on
)

select
    company_id,
    run_number,
    run_on,
    cast(row_number() over (partition by company_id order by run_on, run_number) as integer) as run_position,
    row_number() over (partition by company_id order by run_on desc, run_number desc) = 1 as is_latest
from runs
