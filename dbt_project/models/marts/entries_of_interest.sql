-- Patterns of entries that honest work seldom leaves, for the practice manager to look into. None of them proves
-- anything, and none changes a figure.
with desk_payments as (
    select
        payments.emr_payment_id,
        payments.patient_id,
        coalesce(locations.location_id, 'unmapped:' || payments.emr_location_id) as location_id,
        payments.appointment_id,
        payments.transaction_on,
        payments.charge_type,
        payments.payment_status in ('Voided', 'Deleted') as is_removed,
        payments.payment_status = 'Paid' as is_paid,
        payments.paid_amount as amount,
        nullif(lower(trim(payments.collected_by)), '') as person,
        payments.file_hash,
        payments.row_number
    from {{ ref('stg_emr__payments') }} as payments
    left join {{ ref('int_practice__source_locations') }} as locations
        on
            locations.source_system = 'emr'
            and payments.emr_location_id = locations.source_location_id
    where payments.transaction_on <= {{ as_of() }}
),

-- The same payment of a visit removed at least twice, and there again.
entered_again as (
    select
        'repeated_delete_and_reentry' as pattern,
        concat_ws(
            '|', location_id, patient_id, cast(transaction_on as varchar), charge_type, cast(amount as varchar)
        ) as entry_key,
        case when count(distinct person) = 1 then min(person) end as person,
        patient_id,
        location_id,
        amount,
        min(transaction_on) as first_on,
        max(transaction_on) as last_on,
        count(*) filter (where is_removed) as entry_count,
        min(emr_payment_id) filter (where is_paid) as left_key,
        min(emr_payment_id) filter (where is_removed) as right_key,
        min(file_hash) filter (where is_paid) as file_hash,
        arg_min(row_number, file_hash) filter (where is_paid) as row_number
    from desk_payments
    where amount > 0
    group by location_id, patient_id, transaction_on, charge_type, amount
    having
        count(*) filter (where is_removed) >= 2
        and count(*) filter (where is_paid) >= 1
),

standing_refunds as (
    select
        *,
        sum(amount) over (partition by receipt_id) as refunded_amount
    from {{ ref('refunds') }}
),

-- Money given back, and the same amount of the same patient received again within a week, of the same visit or of none.
refunded_and_entered as (
    select
        'refund_then_reentry' as pattern,
        refunds.refund_id || '|' || receipts.receipt_id as entry_key,
        null as person,
        receipts.patient_id,
        receipts.location_id,
        refunds.amount,
        refunds.refunded_on as first_on,
        receipts.received_on as last_on,
        cast(2 as bigint) as entry_count,
        receipts.receipt_id as left_key,
        refunds.refund_id as right_key,
        receipts.file_hash,
        receipts.row_number
    from standing_refunds as refunds
    inner join {{ ref('receipts') }} as refunded
        on refunds.receipt_id = refunded.receipt_id
    inner join {{ ref('receipts') }} as receipts
        on
            refunded.patient_id = receipts.patient_id
            and refunds.amount = receipts.amount
            and receipts.received_on between refunds.refunded_on and refunds.refunded_on + 7
    where
        refunds.amount > 0
        and refunds.refunded_amount > 0
        and refunded.receipt_id <> receipts.receipt_id
        and refunded.payer_class = 'Patient'
        and receipts.payer_class = 'Patient'
        and receipts.reversal_of_receipt_id is null
        and receipts.receipt_status <> 'Reversed'
        and coalesce(receipts.appointment_id, refunded.appointment_id, '') = coalesce(refunded.appointment_id, '')
),

-- Who took the money at the desk also gave it back. Only refunds that were entered here say who made them.
refunded_by_collector as (
    select
        'collected_and_refunded_by_one' as pattern,
        refunds.refund_id as entry_key,
        collected.person,
        refunded.patient_id,
        refunded.location_id,
        refunds.amount,
        collected.transaction_on as first_on,
        refunds.refunded_on as last_on,
        cast(2 as bigint) as entry_count,
        refunds.refund_id as left_key,
        collected.emr_payment_id as right_key,
        collected.file_hash,
        collected.row_number
    from standing_refunds as refunds
    inner join {{ ref('stg_journal__receipt_entries') }} as entries
        on
            refunds.made_by = 'journal'
            and refunds.refund_id = 'journal-' || cast(entries.entry_number as varchar)
    inner join {{ ref('receipts') }} as refunded
        on refunds.receipt_id = refunded.receipt_id
    inner join desk_payments as collected
        on
            refunded.patient_id = collected.patient_id
            and refunded.received_on = collected.transaction_on
            and refunded.amount = collected.amount
            and refunded.location_id = collected.location_id
            and lower(trim(entries.person)) = collected.person
    where
        refunds.amount > 0
        and refunds.refunded_amount > 0
        and collected.is_paid
        and coalesce(refunded.appointment_id, collected.appointment_id, '') = coalesce(collected.appointment_id, '')
    qualify row_number() over (partition by refunds.refund_id order by collected.emr_payment_id) = 1
),

by_person as (
    select
        person,
        count(*) as payment_count,
        count(*) filter (where is_removed) as removed_count,
        sum(amount) filter (where is_removed) as removed_amount,
        case when count(distinct location_id) = 1 then min(location_id) end as location_id,
        min(transaction_on) filter (where is_removed) as first_on,
        max(transaction_on) filter (where is_removed) as last_on,
        max(emr_payment_id) filter (where is_removed) as last_removed_id
    from desk_payments
    where
        person is not null
        and transaction_on > {{ as_of() }} - 30
    group by person
),

compared as (
    select
        *,
        sum(payment_count) over () - payment_count as others_payment_count,
        sum(removed_count) over () - removed_count as others_removed_count
    from by_person
),

-- In thirty days ten removed payments, a tenth of what the person took, and more than three times the share of all
-- others together. Shares are compared crosswise, in whole numbers.
removed_unusually_often as (
    select
        'unusual_voids' as pattern,
        person as entry_key,
        person,
        null as patient_id,
        location_id,
        removed_amount as amount,
        first_on,
        last_on,
        removed_count as entry_count,
        person as left_key,
        last_removed_id as right_key,
        cast(null as varchar) as file_hash,
        cast(null as bigint) as row_number
    from compared
    where
        removed_count >= 10
        and removed_count * 10 >= payment_count
        and removed_count * others_payment_count > 3 * others_removed_count * payment_count
),

patterns as (
    select * from entered_again
    union all
    select * from refunded_and_entered
    union all
    select * from refunded_by_collector
    union all
    select * from removed_unusually_often
)

select
    pattern,
    entry_key,
    person,
    patient_id,
    location_id,
    {{ money('amount') }} as amount,
    first_on,
    last_on,
    entry_count,
    left_key,
    right_key,
    file_hash,
    row_number
from patterns
