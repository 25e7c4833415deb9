with disbursed as (
    select
        receipt_id,
        min(disbursed_on) filter (where amount > 0) as disbursed_on,
        {{ sum_or_zero('amount') }} as disbursed_amount
    from {{ ref('disbursements') }}
    where upper(trim(disbursement_code)) = 'O'
    group by receipt_id
    having sum(amount) <> 0
),

-- A check that stands for one receipt of which money was disbursed names that receipt as well as its number would.
checks as (
    select
        receipts.check_number,
        min(receipts.receipt_id) as receipt_id
    from disbursed
    inner join {{ ref('receipts') }} as receipts
        on disbursed.receipt_id = receipts.receipt_id
    where receipts.check_number is not null
    group by receipts.check_number
    having count(*) = 1
),

arrived as (
    select
        case
            when postings.receipt_id is not null then postings.receipt_id
            when checks.receipt_id is not null then checks.receipt_id
            else 'check ' || postings.check_number
        end as clearing_key,
        min(postings.posted_on) as arrived_on,
        count(*) as posting_count,
        {{ sum_or_zero('postings.amount') }} as arrived_amount,
        min_by(postings.file_hash, (postings.posted_on, postings.legacy_posting_id)) as file_hash,
        min_by(postings.row_number, (postings.posted_on, postings.legacy_posting_id)) as row_number,
        min_by(postings.load_id, (postings.posted_on, postings.legacy_posting_id)) as load_id
    from {{ ref('stg_legacy__postings') }} as postings
    left join checks
        on postings.check_number = checks.check_number
    where postings.posted_on <= {{ as_of() }}
    group by clearing_key
),

matched as (
    select
        coalesce(disbursed.receipt_id, arrived.clearing_key) as clearing_key,
        disbursed.disbursed_on,
        arrived.arrived_on,
        coalesce(disbursed.disbursed_amount, 0) as disbursed_amount,
        coalesce(arrived.arrived_amount, 0) as arrived_amount,
        coalesce(arrived.posting_count, 0) as posting_count,
        arrived.file_hash,
        arrived.row_number,
        arrived.load_id
    from disbursed
    full join arrived
        on disbursed.receipt_id = arrived.clearing_key
),

classed as (
    select
        *,
        disbursed_amount - arrived_amount as open_amount,
        case
            when disbursed_amount = arrived_amount then 'matched'
            when arrived_amount = 0 then 'not_arrived'
            when disbursed_amount = 0 then 'arrived_without_disbursement'
            else 'amount_differs'
        end as outcome
    from matched
)

select
    classed.clearing_key,
    receipts.receipt_id,
    receipts.check_number,
    receipts.location_id,
    receipts.patient_id,
    receipts.payer_id,
    classed.disbursed_on,
    classed.arrived_on,
    cast(classed.posting_count as bigint) as posting_count,
    {{ money('classed.disbursed_amount') }} as disbursed_amount,
    {{ money('classed.arrived_amount') }} as arrived_amount,
    {{ money('classed.open_amount') }} as open_amount,
    classed.outcome,
    -- A practice without such a log cannot say what arrived.
    posting_log.posting_count > 0 as has_posting_log,
    case
        when classed.outcome <> 'matched'
            then {{ days_between('coalesce(classed.disbursed_on, classed.arrived_on)', as_of()) }}
    end as age_days,
    coalesce(classed.file_hash, receipts.file_hash) as file_hash,
    coalesce(classed.row_number, receipts.row_number) as row_number,
    coalesce(classed.load_id, receipts.load_id) as load_id
from classed
cross join (select count(*) as posting_count from {{ ref('stg_legacy__postings') }}) as posting_log
left join {{ ref('receipts') }} as receipts
    on classed.clearing_key = receipts.receipt_id
