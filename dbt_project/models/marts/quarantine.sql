-- The key of a source identifies the event, so a row with that key that was taken on a later day replaces the refused
-- one.
{% set sources = row_sources() %}
with settled as (
    select
        file_name,
        record_number,
        arg_max(correction_id, (corrected_at, correction_id)) as correction_id
    from {{ ref('stg_ingestion__corrections') }}
    where file_name is not null
    group by file_name, record_number
),

refused_keys as (
    select
        source,
        business_key
    from {{ ref('stg_ingestion__quarantine') }}
    where business_key is not null
    group by source, business_key
),

taken as (
    {% for source_name in sources %}
        select
            '{{ source_name }}' as source,
            {{ business_key(source_name) }} as business_key,
            load_id,
            loaded_on
        from {{ source('bronze', source_name) }}
        where
            loaded_on <= {{ as_of() }}
            and {{ business_key(source_name) }} in (
                select refused_keys.business_key
                from refused_keys
                where refused_keys.source = '{{ source_name }}'
            )
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

replaced as (
    select
        quarantine.load_id,
        quarantine.business_key,
        arg_min(taken.load_id, (taken.loaded_on, taken.load_id)) as replaced_by_load_id
    from {{ ref('stg_ingestion__quarantine') }} as quarantine
    inner join taken
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
