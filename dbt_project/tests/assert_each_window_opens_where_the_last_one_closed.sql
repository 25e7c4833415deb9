with windows as (
    select
        date_basis,
        window_kind,
        window_start_on,
        location_id,
        payer_class,
        opening_amount,
        lag(closing_amount, 1, cast(0 as decimal(18, 2))) over (
            partition by date_basis, window_kind, location_id, payer_class
            order by window_start_on
        ) as previous_closing_amount
    from {{ ref('escrow_rollforward') }}
)

select *
from windows
where opening_amount <> previous_closing_amount
