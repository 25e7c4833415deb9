with created as (
    select
        claim_id,
        patient_id,
        appointment_id,
        location_id,
        payer_id,
        service_on,
        created_on,
        -- A void after the date has not happened yet.
        case when voided_on <= {{ as_of() }} then voided_on end as voided_on,
        charge_amount,
        file_hash,
        row_number,
        load_id
    from {{ ref('stg_billing__claims') }}
    where created_on <= {{ as_of() }}
),

line_totals as (
    select
        claim_id,
        count(*) as line_count,
        {{ sum_or_zero('charge_amount') }} as line_charge_amount,
        {{ sum_or_zero('insurance_paid_amount') }} as insurance_paid_amount,
        {{ sum_or_zero('adjustment_amount') }} as adjustment_amount,
        {{ sum_or_zero('patient_paid_amount') }} as patient_paid_amount
    from {{ ref('int_claims__line_balances') }}
    group by claim_id
)

select
    created.claim_id,
    created.patient_id,
    created.appointment_id,
    created.location_id,
    created.payer_id,
    created.service_on,
    created.created_on,
    created.voided_on,
    statuses.claim_level,
    statuses.claim_status,
    statuses.invoice_on,
    coalesce(line_totals.line_count, 0) as line_count,
    created.charge_amount,
    {{ money('coalesce(line_totals.line_charge_amount, 0)') }} as line_charge_amount,
    {{ money('coalesce(line_totals.insurance_paid_amount, 0)') }} as insurance_paid_amount,
    {{ money('coalesce(line_totals.adjustment_amount, 0)') }} as adjustment_amount,
    {{ money('coalesce(line_totals.patient_paid_amount, 0)') }} as patient_paid_amount,
    {{ money(
        'coalesce(line_totals.line_charge_amount - line_totals.insurance_paid_amount'
        ~ ' - line_totals.adjustment_amount - line_totals.patient_paid_amount, 0)'
    ) }} as balance_amount,
    created.file_hash,
    created.row_number,
    created.load_id
from created
left join line_totals
    on created.claim_id = line_totals.claim_id
left join {{ ref('int_claims__latest_statuses') }} as statuses
    on created.claim_id = statuses.claim_id
