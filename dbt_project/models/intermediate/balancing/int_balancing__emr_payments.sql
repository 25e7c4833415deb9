with paid as (
    select
        emr_payment_id,
        emr_location_id,
        transaction_on,
        charge_type,
        paid_amount
    from {{ ref('stg_emr__payments') }}
    where
        payment_status = 'Paid'
        and transaction_on <= {{ as_of() }}
)

select
    paid.emr_payment_id,
    coalesce(locations.location_id, 'unmapped:' || paid.emr_location_id) as location_id,
    paid.transaction_on as balanced_on,
    paid.charge_type,
    paid.paid_amount as amount,
    case
        when paid.charge_type = 'Internal Payment' then 'internal_payment'
        when not rules.is_integration_on then 'integration_off'
        else 'flows'
    end as flow
from paid
left join {{ ref('int_practice__source_locations') }} as locations
    on
        locations.source_system = 'emr'
        and paid.emr_location_id = locations.source_location_id
left join {{ ref('int_balancing__clinic_rules') }} as rules
    on
        paid.emr_location_id = rules.emr_location_id
        and paid.transaction_on >= rules.effective_from
        and (paid.transaction_on < rules.effective_until or rules.effective_until is null)
