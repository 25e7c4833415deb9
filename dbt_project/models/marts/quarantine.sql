-- The key of a source identifies the event, so a row with that key that was taken on a later day replaces the refused
-- one.
with settled as (
    select
        file_name,
        record_number,
        arg_max(correction_id, (corrected_at, correction_id)) as correction_id
    from {{ ref('stg_ingestion__corrections') }}
    where file_name is not null
    group by file_name, record_number
),

replaced as (
    select
        quarantine.load_id,
        quarantine.business_key,
        arg_min(taken.load_id, (taken.loaded_on, taken.load_id)) as replaced_by_load_id
    from {{ ref('stg_ingestion__quarantine') }} as quarantine
    inner join {{ ref('base_ingestion__taken_keys') }} as taken
        on
            quarantine.source = taken.source
            and quarantine.business_key = taken.business_key
            and quarantine.loaded_on < taken.loaded_on
    group by quarantine.load_id, quarantine.business_key
)

select
    quarantine.load_id,
    quarantine.file_hash,
    quarantine.file_name,
    quarantine.loaded_on,
    quarantine.source,
    quarantine.record_number,
    quarantine.problem_number,
    quarantine.column_name,
    quarantine.rule,
    quarantine.problem,
    quarantine.business_key,
    quarantine.amount_at_stake,
    settled.correction_id as settled_by_correction_id,
    replaced.replaced_by_load_id
from {{ ref('stg_ingestion__quarantine') }} as quarantine
left join settled
    on
        quarantine.file_name = settled.file_name
        and quarantine.record_number = settled.record_number
left join replaced
    on
        quarantine.load_id = replaced.load_id
        and quarantine.business_key = replaced.business_key
