{{ config(materialized='table') }}

-- A unit whose payments agree in everything differs nowhere, in no view and on no basis.
with open_units as (
    select
        unit_key,
        max(payment_id) filter (where side = 'emr') as emr_payment_id,
        min(payment_id) filter (where side = 'billing' and payment_role <> 'adjustment') as billing_payment_id,
        min(payment_id) filter (where payment_role = 'adjustment') as adjustment_payment_id,
        bool_or(side = 'billing' and payment_role <> 'adjustment' and is_in_standard_view) as has_import,
        bool_or(side = 'billing' and payment_role <> 'adjustment' and not is_in_standard_view) as has_hand,
        bool_or(payment_role = 'contested') as is_contested,
        bool_or(payment_role = 'copy') as is_copy,
        bool_or(location_id like 'unmapped:%') as has_unmapped,
        min(patient_id) <> max(patient_id) as has_two_patients,
        min(location_id) <> max(location_id) or min(charge_type_key) <> max(charge_type_key) as has_two_places,
        sum(amount) filter (where side = 'billing' and payment_role <> 'adjustment') as billing_amount
    from {{ ref('int_balancing__units') }}
    group by unit_key
    having
        sum(amount) <> 0
        or min(patient_id) <> max(patient_id)
        or min(location_id) <> max(location_id)
        or min(charge_type_key) <> max(charge_type_key)
        or min(least(deposit_on, posting_on)) <> max(greatest(deposit_on, posting_on))
        or not bool_and(is_in_standard_view)
),

views as (
    select 'standard' as billing_view
    union all
    select 'full_access' as billing_view
),

seen as (
    select
        open_units.*,
        views.billing_view,
        coalesce(emr.is_paid, false) as has_emr,
        open_units.has_import or (open_units.has_hand and views.billing_view = 'full_access') as has_billing,
        coalesce(emr.amount, 0) as emr_amount,
        emr.flow,
        emr.change_kind
    from open_units
    cross join views
    left join {{ ref('int_balancing__open_emr_payments') }} as emr
        on open_units.emr_payment_id = emr.emr_payment_id
),

compared as (
    select
        *,
        emr_amount + case when has_billing then coalesce(billing_amount, 0) else 0 end <> 0 as is_money_off
    from seen
)

-- The order of the tests is the order of the rules.
select
    unit_key,
    billing_view,
    emr_payment_id,
    billing_payment_id,
    adjustment_payment_id,
    case
        when is_money_off and flow <> 'flows' then flow
        when change_kind is not null and adjustment_payment_id is not null then 'closed_month_' || change_kind
        when has_unmapped then 'location_unmapped'
        when has_emr and has_billing and has_two_patients then 'patient_mismatch'
        when has_emr and has_billing and is_money_off then 'amount_changed'
        when has_emr and has_billing and has_two_places then 'recorded_elsewhere'
        when has_emr and has_billing then 'other_window'
        when is_contested then 'ambiguous_match'
        when is_copy then 'duplicate_import'
        when has_emr and not has_hand then 'missing_in_billing'
        when has_emr or not has_import then 'posted_by_hand'
        else 'only_in_billing'
    end as difference_class
from compared
