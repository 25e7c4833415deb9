with months as (
    select
        date_basis,
        location_id,
        payer_class,
        window_start_on,
        lag(window_end_on) over (
            partition by date_basis, location_id, payer_class
            order by window_start_on
        ) as previous_end_on
    from {{ ref('escrow_rollforward') }}
    where window_kind = 'month'
)

select *
from months
where {{ days_between('previous_end_on', 'window_start_on') }} <> 1
