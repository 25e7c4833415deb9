select
    events.receipt_id,
    events.sequence,
    events.patient_id,
    events.claim_id,
    events.line_number,
    events.event_on as posted_on,
    events.amount,
    events.step,
    events.order_key,
    events.open_line_count,
    events.open_amount,
    events.balance_before_amount,
    events.settings_version,
    versions.settings_in_force
from {{ ref('int_posting__events') }} as events
left join {{ ref('int_posting__settings_versions') }} as versions
    on events.settings_version = versions.settings_version
where events.event = 'application'
