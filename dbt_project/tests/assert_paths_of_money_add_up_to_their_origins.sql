-- The paths of an origin add up to its amount, and those of a remittance to what it pays.
select origin_kind || '|' || origin_key as faulty_key
from {{ ref('money_trail') }}
group by origin_kind, origin_key
having sum(amount) <> min(origin_amount) or min(origin_amount) <> max(origin_amount)

union all

select trail.remittance_key as faulty_key
from {{ ref('money_trail') }} as trail
inner join {{ ref('stg_era__remittances') }} as remittances
    on trail.remittance_key = remittances.remittance_key
group by trail.remittance_key, remittances.payment_amount
having sum(trail.amount) <> remittances.payment_amount
