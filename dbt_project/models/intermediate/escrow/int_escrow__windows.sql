with days as (
    select
        'day' as window_kind,
        date_basis,
        moved_on as window_start_on,
        moved_on as window_end_on,
        location_id,
        payer_class
    from {{ ref('int_escrow__movements') }}
),

lives as (
    select
        date_basis,
        location_id,
        payer_class,
        {{ month_start('min(moved_on)') }} as first_month_on,
        {{ month_start('greatest(max(moved_on), ' ~ as_of() ~ ')') }} as last_month_on
    from {{ ref('int_escrow__movements') }}
    group by date_basis, location_id, payer_class
),

months as (
    select
        'month' as window_kind,
        lives.date_basis,
        cast(month_starts.month_on as date) as window_start_on,
        {{ month_end('month_starts.month_on') }} as window_end_on,
        lives.location_id,
        lives.payer_class
    from lives
    cross join lateral unnest(
        generate_series(lives.first_month_on, lives.last_month_on, interval '1' month)
    ) as month_starts (month_on)
)

select
    date_basis,
    window_kind,
    window_start_on,
    window_end_on,
    location_id,
    payer_class
from days

union all

select
    date_basis,
    window_kind,
    window_start_on,
    window_end_on,
    location_id,
    payer_class
from months
