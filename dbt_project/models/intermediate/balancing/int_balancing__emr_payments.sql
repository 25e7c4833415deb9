{{ config(materialized='table') }}

with payments as (
    select
        source_payments.emr_payment_id,
        coalesce(merged.patient_id, source_payments.patient_id) as patient_id,
        source_payments.emr_location_id,
        source_payments.transaction_on,
        source_payments.charge_type,
        {{ charge_type_key('source_payments.charge_type') }} as charge_type_key,
        source_payments.payment_status = 'Paid' as is_paid,
        source_payments.due_amount,
        coalesce(source_payments.charge_amount, 0) as charge_amount,
        case when source_payments.payment_status = 'Paid' then source_payments.paid_amount else 0 end as amount,
        source_payments.loaded_on,
        source_payments.load_id,
        source_payments.file_hash,
        source_payments.row_number
    from {{ ref('stg_emr__payments') }} as source_payments
    left join {{ ref('int_patients__merged_accounts') }} as merged
        on source_payments.patient_id = merged.merged_patient_id
    where source_payments.transaction_on <= {{ as_of() }}
),

judged as (
    select
        payments.*,
        coalesce(locations.location_id, 'unmapped:' || payments.emr_location_id) as location_id,
        feed.feed_id,
        feed.feed_status,
        feed.feed_reason,
        feed.feed_outcome,
        changes.change_kind,
        changes.closed_amount,
        changes.changed_on,
        changes.period_end_on,
        case
            when payments.is_paid and payments.charge_type_key = 'internal payment' then 'internal_payment'
            when payments.is_paid and not rules.is_integration_on then 'integration_off'
            when payments.is_paid and not list_contains(rules.enabled_charge_type_keys, payments.charge_type_key)
                then 'charge_type_not_enabled'
            -- Where the list of the clinic is not known, the feed is asked.
            when payments.is_paid and rules.enabled_charge_type_keys is null and feed.feed_outcome = 'not_sent'
                then 'charge_type_not_enabled'
            when payments.is_paid and payments.due_amount = 0 then 'amount_due_zero'
            when changes.change_kind is not null then 'closed_month_' || changes.change_kind
            when feed.feed_outcome in ('failed', 'not_sent') then 'feed_failed'
            when feed.feed_outcome = 'pending' then 'feed_pending'
            else 'flows'
        end as flow
    from payments
    left join {{ ref('int_practice__source_locations') }} as locations
        on
            locations.source_system = 'emr'
            and payments.emr_location_id = locations.source_location_id
    left join {{ ref('int_balancing__clinic_rules') }} as rules
        on
            payments.emr_location_id = rules.emr_location_id
            and payments.transaction_on >= rules.effective_from
            and (payments.transaction_on < rules.effective_until or rules.effective_until is null)
    left join {{ ref('int_balancing__payment_feed') }} as feed
        on payments.emr_payment_id = feed.emr_payment_id
    left join {{ ref('int_balancing__closed_month_changes') }} as changes
        on payments.emr_payment_id = changes.emr_payment_id
)

select
    emr_payment_id,
    patient_id,
    location_id,
    emr_location_id,
    transaction_on,
    charge_type,
    charge_type_key,
    is_paid,
    {{ money('due_amount') }} as due_amount,
    {{ money('charge_amount') }} as charge_amount,
    {{ money('amount') }} as amount,
    {{ equality_key('patient_id', 'location_id', 'charge_type_key', 'amount', 'transaction_on') }} as equality_key,
    flow,
    -- Of payments that are alike, the one that was likelier sent is taken to be the one that arrived.
    case
        when flow = 'flows' and feed_outcome = 'sent' then 0
        when flow = 'flows' then 1
        when flow = 'feed_pending' then 2
        when flow = 'feed_failed' then 3
        when flow like 'closed_month_%' then 4
        when flow = 'amount_due_zero' then 5
        when flow = 'charge_type_not_enabled' then 6
        when flow = 'integration_off' then 7
        else 8
    end as flow_rank,
    feed_id,
    feed_status,
    feed_reason,
    change_kind,
    closed_amount,
    changed_on,
    period_end_on,
    loaded_on,
    load_id,
    file_hash,
    row_number
from judged
