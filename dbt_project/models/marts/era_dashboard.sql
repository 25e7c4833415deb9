with claims as (
    select
        remittance_key,
        count(*) filter (where outcome = 'matched') as matched_count,
        count(*) filter (where outcome = 'legacy') as legacy_count,
        count(*) filter (where outcome = 'unmatched') as unmatched_count,
        count(*) filter (where is_denied) as denied_count,
        {{ sum_or_zero('denied_amount', "answer <> 'reversal'") }} as denied_amount,
        {{ sum_or_zero('applied_amount') }} as applied_amount,
        {{ sum_or_zero('-applied_amount', 'applied_amount < 0') }} as takeback_amount,
        {{ sum_or_zero('disbursed_amount') }} as disbursed_amount,
        {{ sum_or_zero('unapplied_amount') }} as unapplied_amount
    from {{ ref('era_claims') }}
    group by remittance_key
),

recovered as (
    select
        remittance_key,
        {{ sum_or_zero('amount', "ledger_kind = 'overpayment_recovery'") }} as recovered_amount
    from {{ ref('era_provider_adjustments') }}
    group by remittance_key
),

-- A trace that several remittances count under names the receipt only together with the amount.
traces as (
    select
        remittance_key,
        count(*) over (partition by trace_number) as trace_count
    from {{ ref('int_era__standings') }}
    where
        standing = 'counted'
        and trace_number is not null
),

entered as (
    select
        check_number,
        min(receipt_id) as receipt_id,
        min(received_on) as received_on,
        {{ sum_or_zero('amount') }} as amount,
        {{ sum_or_zero('applied_amount') }} as applied_amount,
        {{ sum_or_zero('escrow_amount') }} as escrow_amount
    from {{ ref('receipts') }}
    where
        payer_class = 'Insurance'
        and check_number is not null
    group by check_number
),

sent_to_legacy as (
    select
        receipts.check_number,
        {{ sum_or_zero('disbursements.amount') }} as disbursed_amount
    from {{ ref('disbursements') }} as disbursements
    inner join {{ ref('receipts') }} as receipts
        on disbursements.receipt_id = receipts.receipt_id
    where
        upper(trim(disbursements.disbursement_code)) = 'O'
        and receipts.payer_class = 'Insurance'
        and receipts.check_number is not null
    group by receipts.check_number
),

posted_in_legacy as (
    select
        coalesce(postings.check_number, receipts.check_number) as check_number,
        {{ sum_or_zero('postings.amount') }} as amount
    from {{ ref('stg_legacy__postings') }} as postings
    left join {{ ref('receipts') }} as receipts
        on postings.receipt_id = receipts.receipt_id
    where postings.posted_on <= {{ as_of() }}
    group by coalesce(postings.check_number, receipts.check_number)
),

counted as (
    select
        remittances.*,
        standings.payer_key,
        standings.standing,
        standings.held_for,
        standings.released_on,
        standings.standing = 'counted' as is_counted,
        coalesce(claims.matched_count, 0) as matched_count,
        coalesce(claims.legacy_count, 0) as legacy_count,
        coalesce(claims.unmatched_count, 0) as unmatched_count,
        coalesce(claims.denied_count, 0) as denied_count,
        coalesce(claims.denied_amount, 0) as denied_amount,
        coalesce(claims.applied_amount, 0) as applied_amount,
        coalesce(claims.takeback_amount, 0) as takeback_amount,
        coalesce(claims.disbursed_amount, 0) as disbursed_amount,
        coalesce(claims.unapplied_amount, 0) as unapplied_claim_amount,
        coalesce(recovered.recovered_amount, 0) as recovered_amount,
        remittances.payment_amount
        - (remittances.claim_paid_amount - remittances.provider_adjustment_amount) as unexplained_amount
    from {{ ref('era_remittances') }} as remittances
    inner join {{ ref('int_era__standings') }} as standings
        on remittances.remittance_key = standings.remittance_key
    left join claims
        on remittances.remittance_key = claims.remittance_key
    left join recovered
        on remittances.remittance_key = recovered.remittance_key
),

received as (
    select
        counted.*,
        case when counted.is_counted then coalesce(entered.receipt_id, 'ERA-' || counted.remittance_key) end
            as receipt_id,
        case
            when not counted.is_counted then null
            when entered.receipt_id is not null then 'billing'
            else 'remittance'
        end as receipt_made_by,
        case when counted.is_counted then coalesce(entered.received_on, counted.payment_on) end as received_on,
        entered.applied_amount as posted_amount,
        entered.escrow_amount,
        -- The receipt that a remittance makes is disbursed with it; billing's is when somebody does it.
        case
            when not counted.is_counted then 0
            when entered.receipt_id is null then counted.disbursed_amount
            else coalesce(sent_to_legacy.disbursed_amount, 0)
        end as legacy_disbursed_amount,
        case when counted.is_counted then coalesce(posted_in_legacy.amount, 0) else 0 end as legacy_posted_amount
    from counted
    left join traces
        on counted.remittance_key = traces.remittance_key
    left join entered
        on
            traces.remittance_key is not null
            and counted.trace_number = entered.check_number
            and (traces.trace_count = 1 or counted.payment_amount = entered.amount)
    left join sent_to_legacy
        on entered.check_number = sent_to_legacy.check_number
    left join posted_in_legacy
        on counted.trace_number = posted_in_legacy.check_number
),

placed as (
    select
        *,
        case when is_counted then unapplied_claim_amount + unexplained_amount else payment_amount end
            as unapplied_amount,
        case when is_counted then -provider_adjustment_amount else 0 end as provider_level_amount
    from received
),

-- Where billing has entered nothing, everything waits that is not the old system's.
waiting as (
    select
        *,
        case when receipt_made_by = 'billing' then escrow_amount else applied_amount + unapplied_amount end
            as on_hold_amount
    from placed
)

select
    remittance_key,
    payer_key,
    payer_name,
    trace_number,
    payment_on,
    payment_method_code,
    standing,
    held_for,
    released_on,
    balance_outcome,
    claim_count,
    matched_count,
    legacy_count,
    unmatched_count,
    denied_count,
    payment_amount as check_amount,
    {{ money('applied_amount') }} as applied_amount,
    {{ money('takeback_amount') }} as takeback_amount,
    {{ money('disbursed_amount') }} as disbursed_amount,
    {{ money('unapplied_amount') }} as unapplied_amount,
    {{ money('case when is_counted then unexplained_amount end') }} as unexplained_amount,
    {{ money('provider_level_amount') }} as provider_level_amount,
    {{ money('case when is_counted then recovered_amount else 0 end') }} as recovered_amount,
    {{ money('disbursed_amount') }} as amount_to_post_in_legacy,
    {{ money('legacy_disbursed_amount') }} as legacy_disbursed_amount,
    {{ money('legacy_posted_amount') }} as legacy_posted_amount,
    {{ money('denied_amount') }} as denied_amount,
    receipt_id,
    receipt_made_by,
    received_on,
    {{ money('posted_amount') }} as posted_amount,
    {{ money('on_hold_amount') }} as on_hold_amount,
    {{ days_between('payment_on', as_of()) }} as days_since,
    case
        when standing <> 'counted' then standing
        when payment_amount is null then 'amount_absent'
        when unexplained_amount <> 0 then 'out_of_balance'
        when unapplied_amount <> 0 then 'unapplied'
        when receipt_made_by = 'remittance' and matched_count > 0 then 'to_post'
        when disbursed_amount > legacy_disbursed_amount then 'to_disburse'
        when coalesce(on_hold_amount, 0) <> 0 then 'in_posting'
        else 'done'
    end as status,
    file_hash,
    row_number,
    load_id
from waiting
