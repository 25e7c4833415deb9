-- The same bytes again are no new delta. A full extract may be the one of the day before, and so may an empty file.
with arrivals as (
    select
        deliveries.load_id,
        deliveries.content_load_id,
        deliveries.source,
        deliveries.delivered_on,
        deliveries.loaded_on,
        loads.records_read as record_count
    from {{ ref('base_ingestion__deliveries') }} as deliveries
    inner join {{ ref('stg_ingestion__loads') }} as loads
        on deliveries.content_load_id = loads.load_id
    where
        deliveries.load_id = deliveries.content_load_id
        or loads.records_read = 0
        or deliveries.source in (
            select settings.setting_value
            from {{ ref('stg_practice__company_settings') }} as settings
            where
                settings.setting_name = 'full_extracts'
                and settings.effective_until is null
        )
),

places as (
    select
        counts.load_id,
        counts.record_count,
        case counts.named_by
            when 'emr_location_id' then in_emr.location_id
            when 'billing_location_id' then in_billing.location_id
            else counts.place
        end as location_id
    from {{ ref('base_ingestion__records_by_place') }} as counts
    left join {{ ref('int_practice__source_locations') }} as in_emr
        on
            in_emr.source_system = 'emr'
            and counts.place = in_emr.source_location_id
    left join {{ ref('int_practice__source_locations') }} as in_billing
        on
            in_billing.source_system = 'billing'
            and counts.place = in_billing.source_location_id
)

select
    load_id,
    source,
    'all' as location_id,
    delivered_on,
    loaded_on,
    record_count
from arrivals

union all

select
    arrivals.load_id,
    arrivals.source,
    places.location_id,
    arrivals.delivered_on,
    arrivals.loaded_on,
    cast(sum(places.record_count) as bigint) as record_count
from arrivals
inner join places
    on arrivals.content_load_id = places.load_id
where places.location_id is not null
group by arrivals.load_id, arrivals.source, places.location_id, arrivals.delivered_on, arrivals.loaded_on
