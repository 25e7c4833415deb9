with dated as (
    select
        units.unit_key,
        classes.billing_view,
        bases.date_basis,
        units.location_id,
        case bases.date_basis
            when 'deposit' then units.deposit_on
            when 'posting' then units.posting_on
            else units.clinic_on
        end as balanced_on,
        units.charge_type_key,
        units.patient_id,
        units.amount
    from {{ ref('int_balancing__units') }} as units
    inner join {{ ref('int_balancing__unit_classes') }} as classes
        on
            units.unit_key = classes.unit_key
            and (units.is_in_standard_view or classes.billing_view = 'full_access')
    cross join (
        select unnest(['clinic', 'deposit', 'posting']) as date_basis
    ) as bases
),

-- What a unit adds to one cell. Where its payments cancel out in the cell, there is no difference to name.
parts as (
    select
        billing_view,
        date_basis,
        unit_key,
        location_id,
        balanced_on,
        charge_type_key,
        patient_id,
        {{ sum_or_zero('amount') }} as difference_amount
    from dated
    where balanced_on <= {{ as_of() }}
    group by all
    having sum(amount) <> 0
)

select
    parts.billing_view,
    parts.date_basis,
    parts.unit_key,
    parts.location_id,
    parts.balanced_on,
    charge_types.charge_type,
    parts.patient_id,
    classes.difference_class,
    {{ is_expected_class('classes.difference_class') }} as is_expected,
    parts.difference_amount,
    classes.emr_payment_id,
    classes.billing_payment_id,
    classes.adjustment_payment_id,
    emr.amount as emr_amount,
    billing.amount as billing_amount,
    emr.transaction_on,
    billing.deposit_on,
    billing.posting_on,
    emr.feed_status,
    emr.feed_reason,
    emr.change_kind as closed_month_change,
    emr.changed_on as closed_month_changed_on,
    emr.file_hash as emr_file_hash,
    emr.row_number as emr_row_number,
    billing.file_hash as billing_file_hash,
    billing.row_number as billing_row_number
from parts
inner join {{ ref('int_balancing__unit_classes') }} as classes
    on
        parts.unit_key = classes.unit_key
        and parts.billing_view = classes.billing_view
inner join {{ ref('int_balancing__charge_types') }} as charge_types
    on parts.charge_type_key = charge_types.charge_type_key
left join {{ ref('int_balancing__open_emr_payments') }} as emr
    on classes.emr_payment_id = emr.emr_payment_id
left join {{ ref('int_balancing__open_billing_payments') }} as billing
    on classes.billing_payment_id = billing.billing_payment_id
