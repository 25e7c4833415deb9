{{ config(materialized='table') }}

-- Counted only for sources from which a file is expected for each location.
with counted_sources as (
    select json_extract_string(setting_value, 'source') as source
    from {{ ref('stg_practice__company_settings') }}
    where
        setting_name = 'expected_files'
        and effective_until is null
        and json_extract_string(setting_value, 'location_id') is not null
),

counted_loads as (
    select
        deliveries.load_id,
        deliveries.source
    from {{ ref('base_ingestion__deliveries') }} as deliveries
    where
        deliveries.source in (select counted_sources.source from counted_sources)
        and deliveries.load_id = deliveries.content_load_id
)

{% for source_name, identity in row_sources().items() if identity['place'] %}
    select
        load_id,
        '{{ identity['place'] }}' as named_by,
        {{ identity['place'] }} as place,
        count(*) as record_count
    from {{ source('bronze', source_name) }}
    where
        load_id in (
            select counted_loads.load_id
            from counted_loads
            where counted_loads.source = '{{ source_name }}'
        )
        and {{ identity['place'] }} is not null
    group by load_id, {{ identity['place'] }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
