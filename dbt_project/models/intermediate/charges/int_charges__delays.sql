-- A delay lasts until its day, or until a person's next decision about the charge.
with decisions as (
    select
        *,
        lead(entered_on) over (partition by company_id, charge_record_id order by entry_number) as next_decision_on
    from {{ ref('stg_journal__charge_entries') }}
)

select
    entry_number,
    company_id,
    charge_record_id,
    entered_on as delayed_on,
    least(delayed_until, coalesce(next_decision_on, delayed_until)) as back_on,
    delayed_until,
    reason as delay_reason
from decisions
where action = 'delay'
