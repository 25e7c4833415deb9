{#- A receipt that a person entered stands until billing delivers one of the same patient, day and amount: the same
money comes in once. Equal payments are several payments, told apart by counting: an entry says which equal receipts were
there when it was made, so the first of billing's that is not among them takes its place. -#}
with entered as (
    select
        entries.*,
        coalesce(merged.patient_id, entries.patient_id) as person_id,
        entries.receipt_id in (
            select reversals.receipt_id
            from {{ ref('stg_journal__receipt_entries') }} as reversals
            where reversals.action = 'reverse'
        ) as is_reversed
    from {{ ref('stg_journal__receipt_entries') }} as entries
    left join {{ ref('int_patients__merged_accounts') }} as merged
        on entries.patient_id = merged.merged_patient_id
    where entries.action = 'new_receipt'
),

besides as (
    select
        receipt_id,
        unnest(string_split(besides, '|')) as other_receipt_id
    from entered
    where besides is not null
),

-- Its place among the equal ones. One that was entered by mistake and reversed is no payment and takes no place.
placed as (
    select
        entered.*,
        1 + count(besides.other_receipt_id) as payment_number
    from entered
    left join besides
        on
            entered.receipt_id = besides.receipt_id
            and besides.other_receipt_id not in (
                select mistakes.receipt_id
                from entered as mistakes
                where mistakes.is_reversed
            )
    group by all
),

-- Billing's, in the order in which they became known to whoever entered an equal one.
billed as (
    select
        receipts.receipt_id,
        coalesce(merged.patient_id, receipts.patient_id) as person_id,
        cast(receipts.received_at as date) as received_on,
        receipts.amount,
        row_number() over (
            partition by person_id, received_on, receipts.amount
            order by coalesce(known.entry_count, 0) desc, receipts.receipt_id
        ) as payment_number
    from {{ ref('stg_billing__receipts') }} as receipts
    left join {{ ref('int_patients__merged_accounts') }} as merged
        on receipts.patient_id = merged.merged_patient_id
    left join (
        select
            other_receipt_id,
            count(*) as entry_count
        from besides
        group by other_receipt_id
    ) as known
        on receipts.receipt_id = known.other_receipt_id
    where
        receipts.payer_class = 'Patient'
        and receipts.reversal_of_receipt_id is null
        and cast(receipts.received_at as date) <= {{ as_of() }}
)

select
    placed.receipt_id,
    placed.entry_number,
    placed.entered_on,
    placed.person,
    placed.patient_id,
    placed.location_id,
    placed.received_on,
    placed.amount,
    placed.receipt_type,
    placed.payment_method,
    placed.check_number,
    placed.statement_id,
    -- A number that billing uses itself is billing's receipt.
    coalesce(same_number.receipt_id, billed.receipt_id) as billing_receipt_id
from placed
left join billed
    on
        placed.person_id = billed.person_id
        and placed.received_on = billed.received_on
        and placed.amount = billed.amount
        and placed.payment_number = billed.payment_number
        and not placed.is_reversed
left join {{ ref('stg_billing__receipts') }} as same_number
    on placed.receipt_id = same_number.receipt_id
