{{ config(materialized='table') }}

-- Only a key that came more than once can repeat a row; the large sources have found those keys already.
{% set sources = row_sources() %}
with versions as (
    {% for source_name, identity in sources.items() %}
        select
            '{{ source_name }}' as source,
            {{ business_key(source_name) }} as business_key,
            load_id,
            row_number,
            {{ control_amount(source_name) }} as amount,
            md5(cast({{ row_contents() }} as varchar)) as row_digest
        from {{ source('bronze', source_name) }}
        where
            (load_id, row_number) in (
                select (repeated.load_id, repeated.row_number)
                from {% if identity['versions'] %}{{ ref(identity['versions']) }}{% else %}(
                    {{ repeated_versions(source('bronze', source_name), identity['key'], identity['modified_at']) }}
                ){% endif %} as repeated
            )
        union all
    {% endfor %}
    -- Payments of an import have no id: the n-th of equal ones in a file is the n-th of them in any other.
    select
        'receipt_imports' as source,
        concat_ws('|', {{ import_payment() }}, occurrence_number) as business_key,
        load_id,
        row_number,
        amount,
        null as row_digest
    from ({{ counted_import_payments(source('bronze', 'receipt_imports')) }})
    qualify count(*) over (partition by {{ import_payment() }}, occurrence_number) > 1
),

compared as (
    select
        versions.source,
        versions.business_key,
        versions.load_id,
        versions.row_number,
        versions.amount,
        first_value(versions.load_id) over (
            partition by versions.source, versions.business_key, versions.row_digest
            order by deliveries.delivered_on, deliveries.loaded_on, versions.load_id, versions.row_number
        ) as first_load_id
    from versions
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on versions.load_id = deliveries.load_id
)

select
    load_id,
    row_number,
    source,
    business_key,
    first_load_id,
    amount
from compared
where load_id <> first_load_id
