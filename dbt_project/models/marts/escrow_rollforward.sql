with movements as (
    select
        date_basis,
        'day' as window_kind,
        moved_on as window_start_on,
        location_id,
        payer_class,
        received_amount,
        applied_amount,
        disbursed_amount,
        refunded_amount
    from {{ ref('int_escrow__movements') }}

    union all

    select
        date_basis,
        'month' as window_kind,
        {{ month_start('moved_on') }} as window_start_on,
        location_id,
        payer_class,
        {{ sum_or_zero('received_amount') }} as received_amount,
        {{ sum_or_zero('applied_amount') }} as applied_amount,
        {{ sum_or_zero('disbursed_amount') }} as disbursed_amount,
        {{ sum_or_zero('refunded_amount') }} as refunded_amount
    from {{ ref('int_escrow__movements') }}
    group by date_basis, {{ month_start('moved_on') }}, location_id, payer_class
),

moved as (
    select
        windows.date_basis,
        windows.window_kind,
        windows.window_start_on,
        windows.window_end_on,
        windows.location_id,
        windows.payer_class,
        coalesce(movements.received_amount, 0) as received_amount,
        coalesce(movements.applied_amount, 0) as applied_amount,
        coalesce(movements.disbursed_amount, 0) as disbursed_amount,
        coalesce(movements.refunded_amount, 0) as refunded_amount
    from {{ ref('int_escrow__windows') }} as windows
    left join movements
        on
            windows.date_basis = movements.date_basis
            and windows.window_kind = movements.window_kind
            and windows.window_start_on = movements.window_start_on
            and windows.location_id = movements.location_id
            and windows.payer_class = movements.payer_class
),

closed as (
    select
        *,
        received_amount - applied_amount - disbursed_amount - refunded_amount as net_amount,
        sum(received_amount - applied_amount - disbursed_amount - refunded_amount) over (
            partition by date_basis, window_kind, location_id, payer_class
            order by window_start_on
            rows between unbounded preceding and current row
        ) as closing_amount
    from moved
)

select
    date_basis,
    window_kind,
    window_start_on,
    location_id,
    payer_class,
    window_end_on,
    {{ money('closing_amount - net_amount') }} as opening_amount,
    {{ money('received_amount') }} as received_amount,
    {{ money('applied_amount') }} as applied_amount,
    {{ money('disbursed_amount') }} as disbursed_amount,
    {{ money('refunded_amount') }} as refunded_amount,
    {{ money('closing_amount') }} as closing_amount
from closed
