-- A remittance that billing has entered, as a receipt with its trace number, is billing's to post: its lines count
-- when and as billing posts them. Only what no receipt stands for is read from the remittance, so nothing counts twice.
with not_entered as (
    select
        standings.remittance_key,
        standings.payment_on
    from {{ ref('int_era__standings') }} as standings
    where
        standings.standing = 'counted'
        and not exists (
            select 1
            from {{ ref('stg_billing__receipts') }} as receipts
            where
                receipts.payer_class = 'Insurance'
                and receipts.check_number = standings.trace_number
        )
),

-- A denial is an answer, no write-off, and what an earlier payer did was written off with that payer's answer.
written_off as (
    select
        claim_payment_key,
        line_position,
        {{ sum_or_zero('amount') }} as amount
    from {{ ref('era_adjustments') }}
    where adjustment_class not in ('patient_responsibility', 'denial', 'prior_payer')
    group by claim_payment_key, line_position
)

select
    service_lines.file_hash,
    service_lines.row_number,
    line_matches.claim_id,
    line_matches.line_number,
    not_entered.payment_on as effective_on,
    {{ money('coalesce(service_lines.paid_amount, 0) + coalesce(written_off.amount, 0)') }} as amount
from {{ ref('int_era__claim_payments') }} as claim_payments
inner join not_entered
    on claim_payments.remittance_key = not_entered.remittance_key
inner join {{ ref('stg_era__service_lines') }} as service_lines
    on
        {{ same_remittance('claim_payments', 'service_lines') }}
        and claim_payments.claim_position = service_lines.claim_position
inner join {{ ref('int_era__line_matches') }} as line_matches
    on
        claim_payments.claim_payment_key = line_matches.claim_payment_key
        and service_lines.line_position = line_matches.line_position
left join written_off
    on
        claim_payments.claim_payment_key = written_off.claim_payment_key
        and service_lines.line_position = written_off.line_position
where
    line_matches.line_number is not null
    and claim_payments.answer not in ('denial', 'predetermination', 'forwarded_unpaid')
