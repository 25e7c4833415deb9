-- Later versions repeat a hold date; it was set on the day of the first version that carries it.
select
    receipt_id,
    hold_until,
    min(coalesce(cast(last_modified_at as date), loaded_on)) as set_on
from {{ source('bronze', 'receipts') }}
where
    loaded_on <= {{ as_of() }}
    and hold_until is not null
group by receipt_id, hold_until
