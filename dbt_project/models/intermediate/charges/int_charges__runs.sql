{{ config(materialized='table') }}

-- A run is known by what it refused. One that refused nothing leaves an export without rows, which names no run and no
-- company: it is taken as a run of every company that had one before and refused nothing on that day.
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
        min(run_on) as first_run_on
    from refusing
    group by company_id
),

empty_exports as (
    select distinct loaded_on as run_on
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
        'none refused ' || empty_exports.run_on as run_number,
        empty_exports.run_on
    from companies
    inner join empty_exports
        on companies.first_run_on < empty_exports.run_on
    where not exists (
        select 1
        from refusing
        where
            companies.company_id = refusing.company_id
            and empty_exports.run_on = refusing.run_on
    )
)

select
    company_id,
    run_number,
    run_on,
    cast(row_number() over (partition by company_id order by run_on, run_number) as integer) as run_position,
    row_number() over (partition by company_id order by run_on desc, run_number desc) = 1 as is_latest
from runs
