with dated as (
    select
        units.unit_key,
        bases.date_basis,
        units.location_id,
        case bases.date_basis
            when 'deposit' then units.deposit_on
            when 'posting' then units.posting_on
            else units.clinic_on
        end as balanced_on,
        units.charge_type_key,
        units.patient_id,
        units.is_in_standard_view,
        units.amount
    from {{ ref('int_balancing__units') }} as units
    cross join (
        select unnest(['clinic', 'deposit', 'posting']) as date_basis
    ) as bases
),

-- What a unit adds to one cell, in either view.
parts as (
    select
        date_basis,
        unit_key,
        location_id,
        balanced_on,
        charge_type_key,
        patient_id,
        {{ sum_or_zero('amount', where='is_in_standard_view') }} as standard_amount,
        {{ sum_or_zero('amount') }} as full_access_amount
    from dated
    where balanced_on <= {{ as_of() }}
    group by date_basis, unit_key, location_id, balanced_on, charge_type_key, patient_id
),

explained as (
    select
        classes.*,
        emr.amount as emr_amount,
        billing.amount as billing_amount,
        emr.transaction_on,
        billing.deposit_on,
        billing.posting_on,
        emr.feed_status,
        emr.feed_reason,
        emr.change_kind,
        emr.changed_on,
        emr.file_hash as emr_file_hash,
        emr.row_number as emr_row_number,
        billing.file_hash as billing_file_hash,
        billing.row_number as billing_row_number
    from {{ ref('int_balancing__unit_classes') }} as classes
    left join {{ ref('int_balancing__open_emr_payments') }} as emr
        on classes.emr_payment_id = emr.emr_payment_id
    left join {{ ref('int_balancing__open_billing_payments') }} as billing
        on classes.billing_payment_id = billing.billing_payment_id
)

select
    explained.billing_view,
    parts.date_basis,
    parts.unit_key,
    parts.location_id,
    parts.balanced_on,
    charge_types.charge_type,
    parts.patient_id,
    explained.difference_class,
    {{ is_expected_class('explained.difference_class') }} as is_expected,
    case explained.billing_view
        when 'standard' then parts.standard_amount
        else parts.full_access_amount
    end as difference_amount,
    explained.emr_payment_id,
    explained.billing_payment_id,
    explained.adjustment_payment_id,
    explained.emr_amount,
    explained.billing_amount,
    explained.transaction_on,
    explained.deposit_on,
    explained.posting_on,
    explained.feed_status,
    explained.feed_reason,
    explained.change_kind as closed_month_change,
    explained.changed_on as closed_month_changed_on,
    explained.emr_file_hash,
    explained.emr_row_number,
    explained.billing_file_hash,
    explained.billing_row_number
from parts
inner join explained
    on parts.unit_key = explained.unit_key
inner join {{ ref('int_balancing__charge_types') }} as charge_types
    on parts.charge_type_key = charge_types.charge_type_key
-- Where the payments of a unit cancel out in a cell, there is no difference to name.
where difference_amount <> 0
