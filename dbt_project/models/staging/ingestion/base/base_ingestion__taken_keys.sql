-- Only keys of refused records are looked up; where there is none, no row of bronze is kept.
{% set sources = row_sources() %}
with refused_keys as (
    select
        source,
        business_key
    from {{ ref('stg_ingestion__quarantine') }}
    where business_key is not null
    group by source, business_key
)

{% for source_name in sources %}
    select distinct
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
