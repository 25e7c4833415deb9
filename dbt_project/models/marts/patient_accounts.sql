{#- A Medicare or Medicaid credit is reported and returned within 60 days of being found. -#}
{%- set days_to_return = 60 -%}
with statement_statuses as (
    select setting_value as status_pattern
    from {{ ref('stg_practice__company_settings') }}
    where
        setting_name = 'statement_statuses'
        and effective_until is null

    union all

    select 'Statement*' as status_pattern
    where not exists (
        select 1
        from {{ ref('stg_practice__company_settings') }}
        where setting_name = 'statement_statuses'
    )
),

collectable as (
    select
        claims.claim_id,
        claims.patient_id,
        claims.claim_level = 'Statement'
        or claims.invoice_on is not null
        or exists (
            select 1
            from statement_statuses
            where
                claims.claim_status = statement_statuses.status_pattern
                or (
                    statement_statuses.status_pattern like '%*'
                    and starts_with(claims.claim_status, rtrim(statement_statuses.status_pattern, '*'))
                )
        ) as is_collectable
    from {{ ref('claims') }} as claims
),

received as (
    select
        patient_id,
        count(*) as receipt_count,
        {{ sum_or_zero('amount') }} as received_amount,
        {{ sum_or_zero('escrow_amount') }} as unapplied_amount,
        {{ sum_or_zero('refunded_amount') }} as refunded_amount
    from {{ ref('receipts') }}
    where
        payer_class = 'Patient'
        and patient_id is not null
    group by patient_id
),

-- Every payment of the patient, whatever the case: by the account of the receipt, else of the claim.
paid as (
    select
        patient_id,
        count(*) as payment_count,
        {{ sum_or_zero('amount') }} as paid_amount
    from {{ ref('patient_payment_log') }}
    where patient_id is not null
    group by patient_id
),

owed as (
    select
        collectable.patient_id,
        {{ sum_or_zero(
            'greatest(line_balances.charge_amount - line_balances.insurance_paid_amount - line_balances.adjustment_amount'
            ~ ' - line_balances.patient_paid_amount, 0)'
        ) }} as open_amount,
        {{ sum_or_zero(
            'greatest(line_balances.charge_amount - line_balances.insurance_paid_amount - line_balances.adjustment_amount'
            ~ ' - line_balances.patient_paid_amount, 0)',
            'collectable.is_collectable'
        ) }} as outstanding_amount
    from {{ ref('int_claims__line_balances') }} as line_balances
    inner join collectable
        on line_balances.claim_id = collectable.claim_id
    group by collectable.patient_id
),

credits as (
    select
        patient_id,
        {{ sum_or_zero('credit_amount') }} as credit_amount,
        min(credit_since_on) as credit_since_on
    from {{ ref('int_patients__credit_lines') }}
    group by patient_id
),

patients as (
    select patient_id from received
    union
    select patient_id from paid
    union
    select patient_id from owed
)

select
    patients.patient_id,
    cast(coalesce(received.receipt_count, 0) as bigint) as receipt_count,
    {{ money('coalesce(received.received_amount, 0)') }} as received_amount,
    cast(coalesce(paid.payment_count, 0) as bigint) as payment_count,
    {{ money('coalesce(paid.paid_amount, 0)') }} as paid_amount,
    {{ money('coalesce(received.refunded_amount, 0)') }} as refunded_amount,
    {{ money('coalesce(received.unapplied_amount, 0)') }} as unapplied_amount,
    {{ money('coalesce(owed.outstanding_amount, 0)') }} as outstanding_amount,
    {{ money('coalesce(owed.open_amount, 0)') }} as open_amount,
    {{ money('coalesce(credits.credit_amount, 0)') }} as credit_amount,
    credits.credit_since_on,
    {{ days_between('credits.credit_since_on', as_of()) }} as credit_age_days,
    cast(credits.credit_since_on + interval '{{ days_to_return }}' day as date) as credit_due_on,
    {{ days_to_return }} - {{ days_between('credits.credit_since_on', as_of()) }} as credit_days_left
from patients
left join received
    on patients.patient_id = received.patient_id
left join paid
    on patients.patient_id = paid.patient_id
left join owed
    on patients.patient_id = owed.patient_id
left join credits
    on patients.patient_id = credits.patient_id
