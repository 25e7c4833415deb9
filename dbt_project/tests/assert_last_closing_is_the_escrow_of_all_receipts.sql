with last_windows as (
    select
        date_basis,
        window_kind,
        closing_amount,
        row_number() over (
            partition by date_basis, window_kind, location_id, payer_class
            order by window_start_on desc nulls last
        ) as from_the_end
    from {{ ref('escrow_rollforward') }}
),

closings as (
    select
        date_basis,
        window_kind,
        {{ sum_or_zero('closing_amount') }} as closing_amount
    from last_windows
    where from_the_end = 1
    group by date_basis, window_kind
),

receipts as (
    select {{ sum_or_zero('escrow_amount') }} as escrow_amount
    from {{ ref('receipts') }}
)

select
    closings.date_basis,
    closings.window_kind,
    closings.closing_amount,
    receipts.escrow_amount
from closings
cross join receipts
where closings.closing_amount <> receipts.escrow_amount
