-- Patients' receipts: what posting carried out for an entry of the journal. A refund out of a credit first takes the
-- money off the claim, just before it. What a reversal takes back is told by the reversal.
with moved as (
    select
        receipt_id,
        event,
        event_on,
        sequence,
        amount,
        step,
        claim_id,
        line_number,
        movement,
        disbursement_code,
        disbursement_id,
        case
            when event = 'movement' then by_entry_number
            else lead(by_entry_number ignore nulls) over (partition by patient_id, receipt_id order by sequence)
        end as entry_number
    from {{ ref('int_posting__events') }}
    where
        event = 'movement'
        or (event = 'application' and step = 'credit' and amount < 0)
),

of_patients as (
    select
        moved.entry_number,
        moved.sequence,
        moved.receipt_id,
        moved.event_on as moved_on,
        case
            when moved.event = 'application' then 'applied'
            when moved.movement in ('refund', 'refund_undone') then 'refunded'
            else 'disbursed'
        end as entry_kind,
        moved.amount,
        moved.claim_id,
        moved.line_number,
        moved.disbursement_code,
        case when moved.movement = 'disbursement_undone' then moved.disbursement_id end as undoes_disbursement_id
    from moved
    inner join {{ ref('int_receipts__entries') }} as entries
        on moved.entry_number = entries.entry_number
    where entries.action <> 'reverse'
),

-- The other receipts: as entered. A disbursement is undone once.
disbursed as (
    select
        receipt_id,
        disbursement_id,
        disbursement_code,
        amount
    from {{ ref('int_receipts__entries') }}
    where action = 'disburse'

    union all

    select
        receipt_id,
        disbursement_id,
        disbursement_code,
        amount
    from {{ ref('stg_billing__disbursements') }}
    where
        disbursed_on <= {{ as_of() }}
        and amount > 0
),

entered as (
    select
        entries.*,
        row_number() over (
            partition by entries.receipt_id, entries.action, entries.disbursement_id
            order by entries.entry_number
        ) as turn
    from {{ ref('int_receipts__entries') }} as entries
    inner join {{ ref('stg_billing__receipts') }} as receipts
        on entries.receipt_id = receipts.receipt_id
    where
        receipts.payer_class <> 'Patient'
        and cast(receipts.received_at as date) <= entries.entered_on
),

of_others as (
    select
        entered.entry_number,
        cast(1 as bigint) as sequence,
        entered.receipt_id,
        entered.entered_on as moved_on,
        case when entered.action = 'refund' then 'refunded' else 'disbursed' end as entry_kind,
        case when entered.action = 'undo_disbursement' then -disbursed.amount else entered.amount end as amount,
        null as claim_id,
        cast(null as bigint) as line_number,
        coalesce(entered.disbursement_code, disbursed.disbursement_code) as disbursement_code,
        case when entered.action = 'undo_disbursement' then entered.disbursement_id end as undoes_disbursement_id
    from entered
    left join disbursed
        on
            entered.action = 'undo_disbursement'
            and entered.receipt_id = disbursed.receipt_id
            and entered.disbursement_id = disbursed.disbursement_id
    where
        entered.action in ('disburse', 'refund')
        or (entered.action = 'undo_disbursement' and entered.turn = 1 and disbursed.amount is not null)
),

carried_out as (
    select * from of_patients
    union all
    select * from of_others
)

select
    carried_out.entry_number,
    carried_out.sequence,
    carried_out.receipt_id,
    carried_out.moved_on,
    carried_out.entry_kind,
    {{ money('carried_out.amount') }} as amount,
    carried_out.claim_id,
    carried_out.line_number,
    carried_out.disbursement_code,
    carried_out.undoes_disbursement_id,
    entries.refund_method
from carried_out
inner join {{ ref('int_receipts__entries') }} as entries
    on carried_out.entry_number = entries.entry_number
