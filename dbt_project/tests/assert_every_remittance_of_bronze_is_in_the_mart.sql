with delivered as (
    select count(*) as remittance_count
    from {{ ref('stg_era__remittances') }}
),

published as (
    select count(*) as remittance_count
    from {{ ref('era_remittances') }}
)

select
    delivered.remittance_count,
    published.remittance_count as published_count
from delivered
cross join published
where delivered.remittance_count <> published.remittance_count
