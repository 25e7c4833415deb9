{{ config(materialized='table') }}

with names as (
    select
        'emr' as source_system,
        emr_location_id as source_location_id,
        location_id
    from {{ ref('stg_practice__locations') }}
    where emr_location_id is not null

    union all

    select
        'billing' as source_system,
        billing_location_id as source_location_id,
        location_id
    from {{ ref('stg_practice__locations') }}
    where billing_location_id is not null
)

-- A name that two locations claim belongs to neither: it stays unmapped until the map is corrected.
select
    source_system,
    source_location_id,
    min(location_id) as location_id
from names
group by source_system, source_location_id
having count(*) = 1
