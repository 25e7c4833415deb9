with last_versions as (
    select
        deleted.*,
        row_number() over (
            partition by deleted.source, deleted.business_key
            order by deliveries.delivered_on desc, deleted.load_id desc, deleted.row_number desc
        ) as turn
    from {{ ref('base_ingestion__deleted_rows') }} as deleted
    left join {{ ref('base_ingestion__deliveries') }} as deliveries
        on deleted.load_id = deliveries.load_id
)

select
    last_versions.source,
    last_versions.business_key,
    last_versions.last_seen_on,
    last_versions.deleted_on,
    last_versions.amount,
    loads.file_name,
    loads.file_hash,
    last_versions.row_number,
    last_versions.load_id
from last_versions
inner join {{ ref('stg_ingestion__loads') }} as loads
    on last_versions.load_id = loads.load_id
where last_versions.turn = 1
