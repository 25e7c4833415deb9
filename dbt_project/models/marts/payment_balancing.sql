with explained as (
    select
        date_basis,
        balanced_on,
        location_id,
        charge_type,
        {% for class in ['internal_payment', 'integration_off', 'feed_pending', 'other_window'] %}
            {{ sum_or_zero('difference_amount', "billing_view = 'standard' and difference_class = '" ~ class ~ "'") }}
                as {{ class }}_amount,
        {% endfor %}
        {{ sum_or_zero('difference_amount', "billing_view = 'standard'") }} as explained_amount,
        {{ sum_or_zero('difference_amount', "billing_view = 'full_access'") }} as full_access_explained_amount,
        count(distinct unit_key) filter (
            where billing_view = 'standard' and not is_expected and adjustment_payment_id is null
        ) as exception_count
    from {{ ref('balancing_differences') }}
    group by date_basis, balanced_on, location_id, charge_type
),

cells as (
    select
        cells.*,
        coalesce(explained.internal_payment_amount, 0) as internal_payment_amount,
        coalesce(explained.integration_off_amount, 0) as integration_off_amount,
        coalesce(explained.feed_pending_amount, 0) as feed_pending_amount,
        coalesce(explained.other_window_amount, 0) as other_window_amount,
        coalesce(explained.explained_amount, 0) as explained_amount,
        coalesce(explained.full_access_explained_amount, 0) as full_access_explained_amount,
        coalesce(explained.exception_count, 0) as exception_count,
        locations.location_name,
        locations.practice_id,
        coalesce(rules.date_basis, 'posting') as clinic_date_basis,
        locations.location_id is not null as is_location_mapped
    from {{ ref('int_balancing__cells') }} as cells
    left join explained
        using (date_basis, balanced_on, location_id, charge_type)
    left join {{ ref('stg_practice__locations') }} as locations
        on cells.location_id = locations.location_id
    left join {{ ref('int_balancing__clinic_rules') }} as rules
        on
            coalesce(locations.emr_location_id, substr(cells.location_id, 10)) = rules.emr_location_id
            and cells.balanced_on >= rules.effective_from
            and (cells.balanced_on < rules.effective_until or rules.effective_until is null)
),

windows as (
    select
        cells.*,
        kinds.window_kind,
        cast(date_trunc(kinds.window_kind, cells.balanced_on) as date) as window_start_on
    from cells
    cross join (
        select unnest(['day', 'week', 'month']) as window_kind
    ) as kinds
),

totals as (
    select
        date_basis,
        window_kind,
        window_start_on,
        location_id,
        charge_type,
        location_name,
        practice_id,
        -- A clinic that changes its generation within the window goes by both.
        case
            when min(clinic_date_basis) = max(clinic_date_basis) then min(clinic_date_basis)
            else 'deposit, then posting'
        end as clinic_date_basis,
        {% for count in ['emr_payment', 'billing_payment', 'staff_payment', 'exception'] %}
            cast(sum({{ count }}_count) as bigint) as {{ count }}_count,
        {% endfor %}
        {% for amount in [
            'emr_due', 'emr_charge', 'emr', 'billing', 'staff', 'internal_payment', 'integration_off', 'feed_pending',
            'other_window', 'explained', 'full_access_explained'
        ] %}
            {{ sum_or_zero(amount ~ '_amount') }} as {{ amount }}_amount,
        {% endfor %}
        is_location_mapped
    from windows
    group by
        date_basis, window_kind, window_start_on, location_id, charge_type, location_name, practice_id,
        is_location_mapped
)

select
    date_basis,
    window_kind,
    window_start_on,
    case window_kind
        when 'day' then window_start_on
        when 'week' then window_start_on + 6
        else {{ month_end('window_start_on') }}
    end as window_end_on,
    location_id,
    charge_type,
    location_name,
    practice_id,
    clinic_date_basis,
    date_basis in ('clinic', clinic_date_basis) as is_clinic_basis,
    is_location_mapped,
    emr_payment_count,
    emr_due_amount,
    emr_charge_amount,
    emr_amount,
    internal_payment_amount,
    integration_off_amount,
    feed_pending_amount,
    other_window_amount,
    billing_payment_count,
    billing_amount,
    {{ money('emr_amount - billing_amount') }} as difference_amount,
    {{ money('internal_payment_amount + integration_off_amount + feed_pending_amount + other_window_amount') }}
        as expected_difference_amount,
    {{ money(
        'explained_amount - internal_payment_amount - integration_off_amount - feed_pending_amount'
        ~ ' - other_window_amount'
    ) }} as open_difference_amount,
    exception_count,
    {{ money('emr_amount - billing_amount - explained_amount') }} as remainder_amount,
    staff_payment_count,
    staff_amount,
    {{ money('billing_amount + staff_amount') }} as full_access_amount,
    {{ money('emr_amount - billing_amount - staff_amount') }} as full_access_difference_amount,
    {{ money('emr_amount - billing_amount - staff_amount - full_access_explained_amount') }}
        as full_access_remainder_amount
from totals
