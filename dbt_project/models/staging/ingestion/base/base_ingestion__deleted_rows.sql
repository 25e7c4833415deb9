{{ config(materialized='table') }}

-- What is not in a full extract is no longer in its source. Where no source is full, no row of bronze is read.
with full_extracts as (
    select
        deliveries.source,
        deliveries.content_load_id,
        deliveries.delivered_on
    from {{ ref('base_ingestion__deliveries') }} as deliveries
    inner join {{ ref('stg_practice__company_settings') }} as settings
        on
            settings.setting_name = 'full_extracts'
            and deliveries.source = settings.setting_value
    where settings.effective_until is null
),

versions as (
    {% for source_name, identity in row_sources().items() %}
        select
            '{{ source_name }}' as source,
            {{ business_key(source_name) }} as business_key,
            coalesce({{ identity['place'] or 'null' }}, '') as place,
            load_id,
            row_number,
            {{ control_amount(source_name) }} as amount
        from {{ source('bronze', source_name) }}
        where
            load_id in (
                select full_extracts.content_load_id
                from full_extracts
                where full_extracts.source = '{{ source_name }}'
            )
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

refused as (
    select
        full_extracts.source,
        full_extracts.delivered_on,
        quarantine.business_key
    from full_extracts
    inner join {{ ref('stg_ingestion__quarantine') }} as quarantine
        on full_extracts.content_load_id = quarantine.load_id
    group by full_extracts.source, full_extracts.delivered_on, quarantine.business_key
),

present as (
    select
        versions.source,
        versions.business_key,
        versions.place,
        full_extracts.delivered_on
    from versions
    inner join full_extracts
        on versions.load_id = full_extracts.content_load_id
    group by versions.source, versions.business_key, versions.place, full_extracts.delivered_on
),

-- The files of one day are one extract. One with a refused record whose key cannot be read proves nothing: the record
-- may be any of the keys.
extracts as (
    select
        present.source,
        present.place,
        present.delivered_on
    from present
    where
        (present.source, present.delivered_on) not in (
            select (refused.source, refused.delivered_on)
            from refused
            where refused.business_key is null
        )
    group by present.source, present.place, present.delivered_on
),

-- A record that was refused is still in its source.
last_seen as (
    select
        seen.source,
        seen.business_key,
        max(seen.delivered_on) as last_seen_on,
        arg_max(seen.place, seen.delivered_on) as place
    from (
        select
            source,
            business_key,
            place,
            delivered_on
        from present

        union all

        select
            source,
            business_key,
            null as place,
            delivered_on
        from refused
        where business_key is not null
    ) as seen
    group by seen.source, seen.business_key
),

deleted as (
    select
        last_seen.source,
        last_seen.business_key,
        last_seen.last_seen_on,
        min(extracts.delivered_on) as deleted_on
    from last_seen
    inner join extracts
        on
            last_seen.source = extracts.source
            and last_seen.place = extracts.place
            and last_seen.last_seen_on < extracts.delivered_on
    group by last_seen.source, last_seen.business_key, last_seen.last_seen_on
)

select
    versions.load_id,
    versions.row_number,
    versions.source,
    versions.business_key,
    deleted.last_seen_on,
    deleted.deleted_on,
    versions.amount
from deleted
inner join versions
    on
        deleted.source = versions.source
        and deleted.business_key = versions.business_key
