with figures as (
    select
        location_id,
        period_kind,
        period_start_on,
        unnest(figures) as bound
    from {{ ref('int_close__standings') }}
)

select
    location_id,
    period_kind,
    period_start_on,
    bound.figure_of_period,
    bound.location_id as figure_location_id,
    bound.tie_out,
    bound.figure,
    bound.is_late,
    bound.bound_amount,
    bound.current_amount,
    cast(bound.current_amount - bound.bound_amount as decimal(18, 2)) as moved_amount,
    bound.bound_item_count,
    bound.current_item_count,
    bound.bound_amount <> bound.current_amount
    or bound.bound_item_count <> bound.current_item_count as is_moved
from figures
