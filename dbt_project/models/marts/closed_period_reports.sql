-- Nothing in a row can change after the close, so neither what became of the month nor today's names are here.
select
    location_id,
    period_start_on,
    close_version,
    date_basis,
    coalesce(min(charge_type) filter (where source_system = 'emr'), min(charge_type)) as charge_type,
    closed_on,
    known_on,
    count(*) filter (where source_system = 'emr') as emr_payment_count,
    {{ sum_or_zero('due_amount') }} as emr_due_amount,
    {{ sum_or_zero('charge_amount') }} as emr_charge_amount,
    {{ sum_or_zero('amount', "source_system = 'emr'") }} as emr_amount,
    count(*) filter (where source_system = 'billing' and is_in_standard_view and amount <> 0) as billing_payment_count,
    {{ sum_or_zero('amount', "source_system = 'billing' and is_in_standard_view") }} as billing_amount,
    count(*) filter (where not is_in_standard_view and amount <> 0) as staff_payment_count,
    {{ sum_or_zero('amount', 'not is_in_standard_view') }} as staff_amount,
    {{ sum_or_zero("case when source_system = 'emr' then amount else -amount end", 'is_in_standard_view') }}
        as difference_amount
from {{ ref('int_balancing__closed_month_states') }}
where is_in_report
group by
    location_id, period_start_on, close_version, date_basis, charge_type_key, closed_on, known_on
