with adjusted as (
    select
        claim_payment_key,
        line_position,
        {{ sum_or_zero('amount', "adjustment_class = 'contractual_write_off'") }} as contractual_amount,
        {{ sum_or_zero('amount', "adjustment_class = 'denial'") }} as denied_amount,
        {{ sum_or_zero('amount', "adjustment_class = 'patient_responsibility'") }} as patient_amount,
        {{ sum_or_zero('amount') }} as adjustment_amount
    from {{ ref('era_adjustments') }}
    group by claim_payment_key, line_position
)

select
    claim_payments.claim_payment_key,
    service_lines.line_position,
    claim_payments.remittance_key,
    claim_payments.claim_position,
    coalesce(service_lines.service_on, service_lines.service_from_on, claim_payments.service_on) as service_on,
    service_lines.procedure_code,
    nullif(
        concat_ws(
            ':',
            service_lines.modifier_1,
            service_lines.modifier_2,
            service_lines.modifier_3,
            service_lines.modifier_4
        ),
        ''
    ) as modifiers,
    service_lines.original_procedure_code,
    service_lines.revenue_code,
    service_lines.paid_units,
    service_lines.line_control_number,
    service_lines.charge_amount,
    {{ money('coalesce(adjusted.contractual_amount, 0)') }} as contractual_amount,
    {{ money('coalesce(adjusted.denied_amount, 0)') }} as denied_amount,
    {{ money('coalesce(adjusted.patient_amount, 0)') }} as patient_amount,
    {{ money(
        'coalesce(adjusted.adjustment_amount - adjusted.contractual_amount'
        ~ ' - adjusted.denied_amount - adjusted.patient_amount, 0)'
    ) }} as other_adjustment_amount,
    service_lines.paid_amount,
    case
        when lines.line_number is not null then 'matched'
        when matches.outcome <> 'matched' then matches.outcome
        else 'unmatched'
    end as outcome,
    lines.claim_id,
    cast(lines.line_number as bigint) as line_number,
    lines.match_method,
    coalesce(lines.is_procedure_changed, false) as is_procedure_changed,
    case
        when lines.line_number is not null or matches.outcome <> 'matched' then null
        when service_lines.procedure_code is null then 'procedure_absent'
        else 'no_line_left_for_this_procedure'
    end as unmatched_reason,
    service_lines.file_hash,
    service_lines.row_number,
    service_lines.load_id
from {{ ref('stg_era__service_lines') }} as service_lines
inner join {{ ref('int_era__claim_payments') }} as claim_payments
    on
        {{ same_remittance('service_lines', 'claim_payments') }}
        and service_lines.claim_position = claim_payments.claim_position
inner join {{ ref('int_era__claim_matches') }} as matches
    on claim_payments.claim_payment_key = matches.claim_payment_key
left join {{ ref('int_era__line_matches') }} as lines
    on
        claim_payments.claim_payment_key = lines.claim_payment_key
        and service_lines.line_position = lines.line_position
left join adjusted
    on
        claim_payments.claim_payment_key = adjusted.claim_payment_key
        and service_lines.line_position = adjusted.line_position
