select
    standings.remittance_key,
    adjustments.segment_number,
    adjustments.triplet_position,
    adjustments.level as adjustment_level,
    adjustments.claim_position,
    coalesce(adjustments.line_position, 0) as line_position,
    standings.remittance_key || '|' || cast(adjustments.claim_position as varchar) as claim_payment_key,
    adjustments.group_code,
    case upper(adjustments.group_code)
        when 'CO' then 'Contract'
        when 'PR' then 'Patient'
        when 'OA' then 'Other'
        when 'PI' then 'Payer'
        when 'CR' then 'Correction, not valid in this version'
    end as group_label,
    adjustments.reason_code,
    reasons.label as reason_label,
    case
        when upper(adjustments.group_code) = 'PR' then 'patient_responsibility'
        -- A reason that names the patient's share, but is not charged to the patient, is written off.
        when reasons.adjustment_class = 'patient_responsibility' then 'contractual_write_off'
        else coalesce(reasons.adjustment_class, 'other')
    end as adjustment_class,
    coalesce(reasons.adjustment_class = 'denial', false) as is_denial,
    reasons.reason_code is not null as is_known_reason,
    adjustments.amount,
    adjustments.quantity,
    adjustments.file_hash,
    adjustments.row_number,
    adjustments.load_id
from {{ ref('stg_era__adjustments') }} as adjustments
inner join {{ ref('int_era__standings') }} as standings
    on {{ same_remittance('adjustments', 'standings') }}
left join {{ ref('adjustment_reasons') }} as reasons
    on upper(trim(adjustments.reason_code)) = reasons.reason_code
