with outcomes as (
    select
        remittance_key,
        count(*) filter (where outcome = 'mismatch') as mismatch_count,
        count(*) filter (where outcome = 'not_evaluable') as not_evaluable_count
    from {{ ref('era_balance_checks') }}
    group by remittance_key
)

select
    remittances.remittance_key,
    remittances.interchange_position,
    remittances.transaction_position,
    remittances.interchange_control_number,
    remittances.group_control_number,
    remittances.transaction_control_number,
    remittances.payer_name,
    remittances.payer_id,
    remittances.payee_name,
    remittances.payee_id,
    remittances.trace_number,
    remittances.payer_identifier,
    remittances.payment_on,
    remittances.payment_amount,
    remittances.credit_debit_code,
    remittances.handling_code,
    remittances.payment_method_code,
    totals.claim_count,
    totals.service_line_count,
    totals.adjustment_count,
    totals.provider_adjustment_count,
    totals.claim_charge_amount,
    totals.claim_paid_amount,
    totals.provider_adjustment_amount,
    case
        when outcomes.mismatch_count > 0 then 'mismatch'
        when outcomes.not_evaluable_count > 0 then 'not_evaluable'
        else 'balanced'
    end as balance_outcome,
    traces.duplicate_of_remittance_key is not null as is_duplicate,
    traces.duplicate_of_remittance_key,
    coalesce(traces.has_conflicting_trace, false) as has_conflicting_trace,
    remittances.file_hash,
    remittances.row_number,
    remittances.load_id
from {{ ref('stg_era__remittances') }} as remittances
inner join {{ ref('int_era__remittance_totals') }} as totals
    on remittances.remittance_key = totals.remittance_key
inner join outcomes
    on remittances.remittance_key = outcomes.remittance_key
left join {{ ref('int_era__repeated_traces') }} as traces
    on remittances.remittance_key = traces.remittance_key
