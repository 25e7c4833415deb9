-- A refund gives back money that was taken off a claim in credit, on the day of the refund or before. What was taken
-- off is its credit; what is refunded beyond it came out of escrow; what a line owes afterwards was no credit.
with entries as (
    select
        *,
        sum(amount) over (partition by receipt_id order by entry_on) as refunded_so_far_amount
    from {{ ref('int_escrow__entries') }}
    where entry_kind = 'refunded'
),

judged as (
    select
        entries.*,
        case
            when entries.amount > 0
                then greatest(
                    least(
                        entries.refunded_so_far_amount - coalesce(credits.taken_off_amount, 0), entries.amount
                    ), 0
                )
            else 0
        end as out_of_escrow_amount,
        case
            when entries.amount > 0 then least(coalesce(credits.owed_amount, 0), entries.amount)
            else 0
        end as beyond_credit_amount,
        credits.claim_id as credit_claim_id,
        credits.line_number as credit_line_number
    from entries
    left join {{ ref('int_escrow__refund_credits') }} as credits
        on
            entries.receipt_id = credits.receipt_id
            and entries.entry_on = credits.refunded_on
)

select
    judged.entry_id as refund_id,
    judged.receipt_id,
    receipts.patient_id,
    receipts.location_id,
    receipts.payer_class,
    judged.refund_method,
    judged.entry_on as refunded_on,
    judged.reference_on as reference_batch_on,
    judged.amount,
    judged.credit_claim_id,
    judged.credit_line_number,
    {{ money('judged.amount - judged.out_of_escrow_amount - judged.beyond_credit_amount') }} as credit_amount,
    {{ money('judged.out_of_escrow_amount') }} as out_of_escrow_amount,
    {{ money('judged.beyond_credit_amount') }} as beyond_credit_amount,
    case
        when judged.out_of_escrow_amount > 0 then 'refund_of_escrow'
        when judged.beyond_credit_amount > 0 then 'refund_exceeds_credit'
        else 'allowed'
    end as outcome,
    judged.made_by,
    judged.file_hash,
    judged.row_number,
    judged.load_id
from judged
left join {{ ref('receipts') }} as receipts
    on judged.receipt_id = receipts.receipt_id
