{#- The figures of each tie-out: number, side, sign in the sum of its side, role, and whether a signature binds it. A
figure that moves by itself while time goes by, such as what is still open, binds nobody. -#}
{% set figures = [
    ('balancing', 'emr_payments', 1, '', 1, 'total', true),
    ('balancing', 'billing_payments', 2, '', -1, 'item', true),
    ('balancing', 'expected_difference', 3, '', -1, 'item', true),
    ('balancing', 'exceptional_difference', 4, '', -1, 'item', true),
    ('balancing', 'open_items', 5, '', 0, 'open', false),
    ('balancing', 'pending_items', 6, '', 0, 'pending', false),
    ('escrow', 'opening', 1, '', 1, 'total', true),
    ('escrow', 'received', 2, '', 1, 'item', true),
    ('escrow', 'applied', 3, '', -1, 'item', true),
    ('escrow', 'disbursed', 4, '', -1, 'item', true),
    ('escrow', 'refunded', 5, '', -1, 'item', true),
    ('escrow', 'closing', 6, '', -1, 'item', true),
    ('bridge', 'receipts_of_period', 1, 'receipts', 1, 'total', true),
    ('bridge', 'paid_in_period', 2, 'receipts', -1, 'item', true),
    ('bridge', 'disbursed_in_period', 3, 'receipts', -1, 'item', true),
    ('bridge', 'refunded_in_period', 4, 'receipts', -1, 'item', true),
    ('bridge', 'taken_before_period', 5, 'receipts', -1, 'item', true),
    ('bridge', 'left_at_period_end', 6, 'receipts', -1, 'item', true),
    ('bridge', 'payments_of_period', 8, 'payments', 1, 'total', true),
    ('bridge', 'from_receipts_of_period', 9, 'payments', -1, 'item', true),
    ('bridge', 'from_earlier_receipts', 10, 'payments', -1, 'item', true),
    ('bridge', 'from_later_receipts', 11, 'payments', -1, 'item', true),
    ('remittances', 'checks', 1, '', 1, 'total', true),
    ('remittances', 'applied_to_claims', 2, '', -1, 'item', false),
    ('remittances', 'disbursed_to_legacy', 3, '', -1, 'item', false),
    ('remittances', 'unapplied', 4, '', -1, 'item', false),
    ('remittances', 'provider_level', 5, '', -1, 'item', true),
    ('remittances', 'out_of_balance', 6, '', 0, 'item', true),
    ('remittances', 'open_items', 7, '', 0, 'open', false),
    ('deposits', 'bank_entries', 1, 'bank', 1, 'total', true),
    ('deposits', 'bank_matched', 2, 'bank', -1, 'item', false),
    ('deposits', 'bank_fees_and_transfers', 3, 'bank', -1, 'item', false),
    ('deposits', 'bank_open', 4, 'bank', -1, 'open', false),
    ('deposits', 'bank_pending', 5, 'bank', -1, 'pending', false),
    ('deposits', 'expected_payments', 7, 'books', 1, 'total', true),
    ('deposits', 'expected_matched', 8, 'books', -1, 'item', false),
    ('deposits', 'expected_without_money', 9, 'books', -1, 'item', false),
    ('deposits', 'expected_open', 10, 'books', -1, 'open', false),
    ('deposits', 'expected_pending', 11, 'books', -1, 'pending', false),
    ('failed_charges', 'refused_by_runs', 1, '', 0, 'total', true),
    ('failed_charges', 'first_refused', 2, '', 1, 'total', false),
    ('failed_charges', 'billed_or_void', 3, '', -1, 'item', false),
    ('failed_charges', 'limit_passed', 4, '', -1, 'open', false),
    ('failed_charges', 'still_to_bill', 5, '', -1, 'pending', false)
] -%}

with figures as (
    {% for tie_out, figure, number, side, sign, role, is_binding in figures %}
        select
            '{{ tie_out }}' as tie_out,
            '{{ figure }}' as figure,
            {{ number }} as figure_number,
            '{{ side }}' as side,
            {{ sign }} as sign_in_sum,
            '{{ role }}' as role,
            {{ is_binding }} as is_binding
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

kinds as (
    select unnest(['day', 'week', 'month']) as period_kind
),

places as (
    select
        receipt_id,
        coalesce(location_id, 'practice') as location_id,
        received_on,
        amount
    from {{ ref('receipts') }}
),

differences as (
    select
        location_id,
        balanced_on,
        case when is_expected then 'pending_items' else 'open_items' end as figure,
        count(*) as item_count,
        {{ sum_or_zero('abs(difference_amount)') }} as amount
    from {{ ref('balancing_differences') }}
    where
        date_basis = 'clinic'
        and billing_view = 'standard'
        and (difference_class = 'feed_pending' or (not is_expected and adjustment_payment_id is null))
    group by location_id, balanced_on, is_expected
),

remittances as (
    select
        coalesce(places.location_id, 'practice') as location_id,
        coalesce(dashboard.payment_on, loads.loaded_on) as happened_on,
        dashboard.status in ('done', 'to_post', 'to_disburse', 'in_posting') as is_settled,
        coalesce(dashboard.check_amount, 0) as check_amount,
        coalesce(dashboard.applied_amount, 0) as applied_amount,
        coalesce(dashboard.disbursed_amount, 0) as disbursed_amount,
        coalesce(dashboard.unapplied_amount, 0) as unapplied_amount,
        coalesce(dashboard.provider_level_amount, 0) as provider_level_amount,
        coalesce(checked.payment_amount - checked.claim_paid_amount + checked.provider_adjustment_amount, 0)
            as out_of_balance_amount
    from {{ ref('era_dashboard') }} as dashboard
    inner join {{ ref('era_remittances') }} as checked
        on dashboard.remittance_key = checked.remittance_key
    inner join {{ ref('loads') }} as loads
        on dashboard.load_id = loads.load_id
    left join places
        on dashboard.receipt_id = places.receipt_id
    where not checked.is_duplicate
),

pieces as (
    select
        coalesce(location_id, 'practice') as location_id,
        deposited_on,
        expected_on,
        deposit_id is not null as is_at_bank,
        expected_key is not null as is_expected,
        bank_amount,
        expected_amount,
        case
            when status in ('matched', 'wrong_account_corrected') then 'matched'
            when status in ('bank_fee', 'transfer') then 'fees_and_transfers'
            when status in ('repeated', 'no_money') then 'without_money'
            when status in ('waiting_for_deposit', 'waiting_for_remittance') then 'pending'
            else 'open'
        end as standing
    from {{ ref('deposit_reconciliation') }}
    -- A remittance that came again is no second payment to wait for.
    where status <> 'repeated' or bank_amount <> 0 or expected_amount <> 0
),

charges as (
    select
        coalesce(location_id, 'practice') as location_id,
        oldest_failure_on,
        coalesce(amount, 0) as amount,
        case
            when charge_status in ('released', 'adjudicated', 'voided') then 'billed_or_void'
            when filing_status = 'passed' then 'limit_passed'
            else 'still_to_bill'
        end as standing
    from {{ ref('failed_charges') }}
),

daily as (
    {% for figure, amount, counted in [
        ('emr_payments', 'emr_amount', 'emr_payment_count'),
        ('billing_payments', 'billing_amount', 'billing_payment_count'),
        ('expected_difference', 'expected_difference_amount', '0'),
        ('exceptional_difference', 'open_difference_amount', '0')
    ] %}
        select
            location_id,
            window_start_on as happened_on,
            'balancing' as tie_out,
            '{{ figure }}' as figure,
            {{ amount }} as amount,
            {{ counted }} as item_count
        from {{ ref('payment_balancing') }}
        where date_basis = 'clinic' and window_kind = 'day'

        union all
    {% endfor %}

    select
        location_id,
        balanced_on as happened_on,
        'balancing' as tie_out,
        figure,
        amount,
        item_count
    from differences

    union all

    {% for figure, amount, counted in [
        ('checks', 'check_amount', '1'),
        ('applied_to_claims', 'applied_amount', '0'),
        ('disbursed_to_legacy', 'disbursed_amount', '0'),
        ('unapplied', 'unapplied_amount', 'cast(unapplied_amount <> 0 as integer)'),
        ('provider_level', 'provider_level_amount', 'cast(provider_level_amount <> 0 as integer)'),
        ('out_of_balance', 'out_of_balance_amount', 'cast(out_of_balance_amount <> 0 as integer)'),
        ('open_items', 'case when is_settled then 0 else abs(unapplied_amount) end',
            'cast(not is_settled as integer)')
    ] %}
        select
            location_id,
            happened_on,
            'remittances' as tie_out,
            '{{ figure }}' as figure,
            {{ amount }} as amount,
            {{ counted }} as item_count
        from remittances

        union all
    {% endfor %}

    -- What the bank has is of the whole practice: whose it is, is known only once it is matched.
    select
        'practice' as location_id,
        deposited_on as happened_on,
        'deposits' as tie_out,
        'bank_entries' as figure,
        amount,
        1 as item_count
    from {{ ref('int_deposits__entries') }}

    union all

    select
        'practice' as location_id,
        deposited_on as happened_on,
        'deposits' as tie_out,
        case when standing = 'without_money' then 'bank_open' else 'bank_' || standing end as figure,
        bank_amount as amount,
        1 as item_count
    from pieces
    where is_at_bank

    union all

    {% for figure in ["'expected_payments'", "'expected_' || replace(standing, 'fees_and_transfers', 'open')"] %}
        select
            location_id,
            expected_on as happened_on,
            'deposits' as tie_out,
            {{ figure }} as figure,
            expected_amount as amount,
            1 as item_count
        from pieces
        where is_expected

        union all
    {% endfor %}

    select
        'practice' as location_id,
        run_on as happened_on,
        'failed_charges' as tie_out,
        'refused_by_runs' as figure,
        coalesce(amount, 0) as amount,
        charge_count as item_count
    from {{ ref('formatter_runs') }}

    union all

    {% for figure in ["'first_refused'", 'standing'] %}
        select
            location_id,
            oldest_failure_on as happened_on,
            'failed_charges' as tie_out,
            {{ figure }} as figure,
            amount,
            1 as item_count
        from charges
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- Escrow twice: what moved, from the movements; what there was, from the receipts one by one.
escrow_days as (
    select
        coalesce(location_id, 'practice') as location_id,
        moved_on as happened_on,
        received_amount,
        applied_amount,
        disbursed_amount,
        refunded_amount,
        0 as stock_amount
    from {{ ref('int_escrow__movements') }}
    where date_basis = 'received'

    union all

    select
        coalesce(location_id, 'practice') as location_id,
        valid_from_on as happened_on,
        0 as received_amount,
        0 as applied_amount,
        0 as disbursed_amount,
        0 as refunded_amount,
        closing_amount - opening_amount as stock_amount
    from {{ ref('escrow') }}
),

happenings as (
    select
        location_id,
        happened_on
    from daily

    union

    select
        location_id,
        happened_on
    from escrow_days
),

starts as (
    select distinct
        happenings.location_id,
        kinds.period_kind,
        cast(date_trunc(kinds.period_kind, happenings.happened_on) as date) as period_start_on
    from happenings
    cross join kinds
    where happenings.happened_on <= {{ as_of() }}
),

-- Of each location every week and month from its first to the last of anybody: escrow is carried over silent ones.
periods as (
    select
        firsts.location_id,
        spans.period_kind,
        spans.period_start_on
    from (
        select distinct
            period_kind,
            period_start_on
        from starts
        where period_kind <> 'day'
    ) as spans
    inner join (
        select
            location_id,
            period_kind,
            min(period_start_on) as first_start_on
        from starts
        group by location_id, period_kind
    ) as firsts
        on
            spans.period_kind = firsts.period_kind
            and spans.period_start_on >= firsts.first_start_on

    union

    select
        location_id,
        period_kind,
        period_start_on
    from starts
),

escrow_moved as (
    select
        periods.location_id,
        periods.period_kind,
        periods.period_start_on,
        {% for amount in ['received', 'applied', 'disbursed', 'refunded', 'stock'] %}
            {{ sum_or_zero('escrow_days.' ~ amount ~ '_amount') }} as {{ amount }}_amount{{ ',' if not loop.last }}
        {% endfor %}
    from periods
    inner join (select distinct location_id from escrow_days) as receivers
        on periods.location_id = receivers.location_id
    left join escrow_days
        on
            periods.location_id = escrow_days.location_id
            and periods.period_start_on = cast(date_trunc(periods.period_kind, escrow_days.happened_on) as date)
    group by periods.location_id, periods.period_kind, periods.period_start_on
),

escrow_stood as (
    select
        *,
        sum(received_amount - applied_amount - disbursed_amount - refunded_amount) over up_to_here
        - (received_amount - applied_amount - disbursed_amount - refunded_amount) as opening_amount,
        sum(stock_amount) over up_to_here as closing_amount
    from escrow_moved
    window up_to_here as (
        partition by location_id, period_kind
        order by period_start_on
        rows between unbounded preceding and current row
    )
),

-- Added up by day before each day becomes part of three periods, so that the large tables are read once.
received_days as (
    select
        location_id,
        received_on,
        count(*) as item_count,
        {{ sum_or_zero('amount') }} as amount
    from places
    group by location_id, received_on
),

taken_days as (
    select
        places.location_id,
        places.received_on,
        entries.entry_on,
        entries.entry_kind,
        count(*) as item_count,
        {{ sum_or_zero('entries.amount') }} as amount
    from {{ ref('int_escrow__entries') }} as entries
    inner join places
        on entries.receipt_id = places.receipt_id
    group by places.location_id, places.received_on, entries.entry_on, entries.entry_kind
),

taken as (
    select
        taken_days.location_id,
        kinds.period_kind,
        cast(date_trunc(kinds.period_kind, taken_days.received_on) as date) as receipt_start_on,
        cast(date_trunc(kinds.period_kind, taken_days.entry_on) as date) as entry_start_on,
        taken_days.entry_kind,
        taken_days.item_count,
        taken_days.amount
    from taken_days
    cross join kinds
),

stock_days as (
    select
        places.location_id,
        places.received_on,
        escrow.valid_from_on,
        {{ sum_or_zero('escrow.closing_amount - escrow.opening_amount') }} as amount
    from {{ ref('escrow') }} as escrow
    inner join places
        on escrow.receipt_id = places.receipt_id
    group by places.location_id, places.received_on, escrow.valid_from_on
),

stocks as (
    select
        stock_days.location_id,
        kinds.period_kind,
        cast(date_trunc(kinds.period_kind, stock_days.received_on) as date) as period_start_on,
        stock_days.amount
    from stock_days
    cross join kinds
    where
        date_trunc(kinds.period_kind, stock_days.valid_from_on)
        <= date_trunc(kinds.period_kind, stock_days.received_on)
),

daily_sums as (
    select
        location_id,
        happened_on,
        tie_out,
        figure,
        {{ sum_or_zero('amount') }} as amount,
        sum(item_count) as item_count
    from daily
    group by location_id, happened_on, tie_out, figure
),

periodic as (
    select
        daily_sums.location_id,
        kinds.period_kind,
        cast(date_trunc(kinds.period_kind, daily_sums.happened_on) as date) as period_start_on,
        daily_sums.tie_out,
        daily_sums.figure,
        daily_sums.amount,
        daily_sums.item_count
    from daily_sums
    cross join kinds

    union all

    {% for figure in ['opening', 'received', 'applied', 'disbursed', 'refunded', 'closing'] %}
        select
            location_id,
            period_kind,
            period_start_on,
            'escrow' as tie_out,
            '{{ figure }}' as figure,
            {{ figure }}_amount as amount,
            0 as item_count
        from escrow_stood

        union all
    {% endfor %}

    select
        received_days.location_id,
        kinds.period_kind,
        cast(date_trunc(kinds.period_kind, received_days.received_on) as date) as period_start_on,
        'bridge' as tie_out,
        'receipts_of_period' as figure,
        received_days.amount,
        received_days.item_count
    from received_days
    cross join kinds

    union all

    select
        location_id,
        period_kind,
        receipt_start_on as period_start_on,
        'bridge' as tie_out,
        case
            when entry_start_on < receipt_start_on then 'taken_before_period'
            when entry_kind = 'applied' then 'paid_in_period'
            else entry_kind || '_in_period'
        end as figure,
        amount,
        item_count
    from taken
    where entry_start_on <= receipt_start_on

    union all

    select
        location_id,
        period_kind,
        period_start_on,
        'bridge' as tie_out,
        'left_at_period_end' as figure,
        amount,
        0 as item_count
    from stocks

    union all

    select
        location_id,
        period_kind,
        period_start_on,
        'bridge' as tie_out,
        'payments_of_period' as figure,
        applied_amount as amount,
        0 as item_count
    from escrow_stood

    union all

    select
        location_id,
        period_kind,
        entry_start_on as period_start_on,
        'bridge' as tie_out,
        case
            when receipt_start_on = entry_start_on then 'from_receipts_of_period'
            when receipt_start_on < entry_start_on then 'from_earlier_receipts'
            else 'from_later_receipts'
        end as figure,
        amount,
        item_count
    from taken
    where entry_kind = 'applied'
),

totals as (
    select
        periodic.location_id,
        periodic.period_kind,
        periodic.period_start_on,
        periodic.tie_out,
        periodic.figure,
        figures.figure_number,
        figures.side,
        figures.sign_in_sum,
        figures.role,
        figures.is_binding,
        {{ sum_or_zero('periodic.amount') }} as amount,
        cast(sum(periodic.item_count) as bigint) as item_count
    from periodic
    inner join periods
        on
            periodic.location_id = periods.location_id
            and periodic.period_kind = periods.period_kind
            and periodic.period_start_on = periods.period_start_on
    left join figures
        on
            periodic.tie_out = figures.tie_out
            and periodic.figure = figures.figure
    group by all
),

with_remainders as (
    select
        location_id,
        period_kind,
        period_start_on,
        tie_out,
        figure,
        figure_number,
        role,
        is_binding,
        amount,
        item_count
    from totals

    union all

    -- A side's figures with their signs leave nothing.
    select
        location_id,
        period_kind,
        period_start_on,
        tie_out,
        case side when '' then 'remainder' else side || '_remainder' end as figure,
        max(figure_number) + 1 as figure_number,
        'remainder' as role,
        true as is_binding,
        {{ sum_or_zero('sign_in_sum * amount') }} as amount,
        cast(0 as bigint) as item_count
    from totals
    where figure <> 'refused_by_runs'
    group by location_id, period_kind, period_start_on, tie_out, side
)

select
    location_id,
    period_kind,
    period_start_on,
    case period_kind
        when 'day' then period_start_on
        when 'week' then period_start_on + 6
        else {{ month_end('period_start_on') }}
    end as period_end_on,
    case period_kind
        when 'day' then period_start_on
        when 'week' then period_start_on + 6
        else {{ month_end('period_start_on') }}
    end <= {{ as_of() }} as is_over,
    tie_out,
    figure,
    cast(figure_number as integer) as figure_number,
    role,
    is_binding,
    amount,
    item_count,
    case
        when max(cast(role = 'remainder' and amount <> 0 as integer)) over same_tie_out = 1 then 'broken'
        when max(cast(role = 'open' and item_count > 0 as integer)) over same_tie_out = 1 then 'open'
        when max(cast(role = 'pending' and item_count > 0 as integer)) over same_tie_out = 1 then 'pending'
        else 'ties'
    end as tie_out_state
from with_remainders
window same_tie_out as (partition by location_id, period_kind, period_start_on, tie_out)
