-- What people did in billing itself: disbursements, refunds, hold dates. A negative disbursement undoes the latest one
-- of its receipt, code and amount.
with done_in_billing as (
    select
        disbursed_on as entered_on,
        receipt_id,
        'disburse' as action,
        disbursement_id as source_id,
        null as status,
        cast(null as date) as hold_until,
        amount,
        disbursement_code,
        disbursement_id
    from {{ ref('stg_billing__disbursements') }}
    where
        disbursed_on <= {{ as_of() }}
        and amount >= 0

    union all

    select
        undoing.disbursed_on as entered_on,
        undoing.receipt_id,
        'undo_disbursement' as action,
        undoing.disbursement_id as source_id,
        null as status,
        cast(null as date) as hold_until,
        cast(null as decimal(18, 2)) as amount,
        undoing.disbursement_code,
        undone.undoes_disbursement_id as disbursement_id
    from {{ ref('stg_billing__disbursements') }} as undoing
    left join {{ ref('int_escrow__undone_disbursements') }} as undone
        on undoing.disbursement_id = undone.disbursement_id
    where
        undoing.disbursed_on <= {{ as_of() }}
        and undoing.amount < 0

    union all

    select
        refunded_on as entered_on,
        receipt_id,
        'refund' as action,
        refund_id as source_id,
        null as status,
        cast(null as date) as hold_until,
        amount,
        null as disbursement_code,
        null as disbursement_id
    from {{ ref('stg_billing__refunds') }}
    where refunded_on <= {{ as_of() }}

    union all

    select
        greatest(holds.set_on, receipts.received_on) as entered_on,
        holds.receipt_id,
        'set_status' as action,
        cast(holds.hold_until as varchar) as source_id,
        'Hold' as status,
        holds.hold_until,
        cast(null as decimal(18, 2)) as amount,
        null as disbursement_code,
        null as disbursement_id
    from {{ ref('base_billing__receipt_holds') }} as holds
    inner join {{ ref('int_posting__inputs_receipts') }} as receipts
        on holds.receipt_id = receipts.receipt_id
    where greatest(holds.set_on, receipts.received_on) <= {{ as_of() }}
)

-- Entries of billing carry no number; theirs stand before those of the journal on the same day.
select
    row_number() over (
        order by
            done_in_billing.entered_on, done_in_billing.action, done_in_billing.receipt_id, done_in_billing.source_id
    ) - 1000000000000 as entry_number,
    done_in_billing.entered_on,
    done_in_billing.receipt_id,
    done_in_billing.action,
    done_in_billing.status,
    done_in_billing.hold_until,
    null as claim_id,
    null as appointment_id,
    done_in_billing.amount,
    done_in_billing.disbursement_code,
    done_in_billing.disbursement_id
from done_in_billing
inner join {{ ref('int_posting__inputs_receipts') }} as receipts
    on done_in_billing.receipt_id = receipts.receipt_id

union all

-- A reversal of the journal stands until billing delivers one of its own: the same check bounces once.
select
    entries.entry_number,
    entries.entered_on,
    entries.receipt_id,
    entries.action,
    entries.status,
    entries.hold_until,
    entries.claim_id,
    entries.appointment_id,
    entries.amount,
    entries.disbursement_code,
    entries.disbursement_id
from {{ ref('int_receipts__entries') }} as entries
where
    entries.action <> 'reverse'
    or not exists (
        select 1
        from {{ ref('int_posting__inputs_receipts') }} as receipts
        where receipts.reversal_of_receipt_id = entries.receipt_id
    )
