{{ config(materialized='table') }}

-- What was answered for a claim that was ever reversed, in the order in which the payer paid it.
with answers as (
    select
        claim_payments.claim_payment_key,
        claim_payments.payer_key,
        claim_payments.remittance_key,
        claim_payments.remittance_order,
        claim_payments.claim_position,
        claim_payments.payment_on,
        claim_payments.answer = 'reversal' as is_reversal,
        claim_payments.charge_amount,
        claim_payments.paid_amount,
        coalesce(matches.claim_id, claim_payments.bare_claim_number) as answered_claim
    from {{ ref('int_era__claim_payments') }} as claim_payments
    inner join {{ ref('int_era__claim_matches') }} as matches
        on claim_payments.claim_payment_key = matches.claim_payment_key
    where
        claim_payments.is_counted
        and claim_payments.answer not in ('predetermination', 'forwarded_unpaid')
),

reversed as (
    select distinct
        payer_key,
        answered_claim
    from answers
    where is_reversal
),

concerned as (
    select answers.*
    from answers
    inner join reversed
        on
            answers.payer_key = reversed.payer_key
            and answers.answered_claim = reversed.answered_claim
),

-- Only the exact negative takes an answer back. Of equal ones the first is taken back first; a reversal that comes when
-- nothing is left to take back has no original, and does not use up one that comes later.
signed as (
    select
        *,
        case when is_reversal then -charge_amount else charge_amount end as original_charge_amount,
        case when is_reversal then -paid_amount else paid_amount end as original_paid_amount
    from concerned
),

weighed as (
    select
        *,
        sum(case when is_reversal then -1 else 1 end) over in_order as left_over,
        count(*) filter (where is_reversal) over in_order as reversal_turn,
        count(*) filter (where not is_reversal) over in_order as original_turn
    from signed
    window
        in_order as (
            partition by payer_key, answered_claim, original_charge_amount, original_paid_amount
            order by remittance_order, is_reversal, claim_position
            rows between unbounded preceding and current row
        )
),

lacking as (
    select
        *,
        greatest(
            0,
            -min(left_over) over (
                partition by payer_key, answered_claim, original_charge_amount, original_paid_amount
                order by remittance_order, is_reversal, claim_position
                rows between unbounded preceding and current row
            )
        ) as orphan_count
    from weighed
),

turned as (
    select
        *,
        orphan_count > coalesce(
            lag(orphan_count) over (
                partition by payer_key, answered_claim, original_charge_amount, original_paid_amount
                order by remittance_order, is_reversal, claim_position
            ),
            0
        ) as is_orphan
    from lacking
),

originals as (
    select
        reversals.claim_payment_key,
        reversals.remittance_key,
        first_answers.claim_payment_key as original_key,
        first_answers.remittance_key as original_remittance_key
    from turned as reversals
    inner join turned as first_answers
        on
            reversals.payer_key = first_answers.payer_key
            and reversals.answered_claim = first_answers.answered_claim
            and reversals.original_charge_amount = first_answers.original_charge_amount
            and reversals.original_paid_amount = first_answers.original_paid_amount
            and reversals.reversal_turn - reversals.orphan_count = first_answers.original_turn
    where
        reversals.is_reversal
        and not reversals.is_orphan
        and not first_answers.is_reversal
),

-- A correction is the next answer after the reversal, wherever it stands in the same remittance.
placed as (
    select
        concerned.*,
        case
            when concerned.is_reversal then 1
            when originals.claim_payment_key is not null then 0
            else 2
        end as place
    from concerned
    left join originals
        on
            concerned.claim_payment_key = originals.original_key
            and originals.remittance_key = originals.original_remittance_key
),

awaited as (
    select
        *,
        sum(case when is_reversal then 1 else -1 end) over in_order as awaited_count,
        count(*) filter (where is_reversal) over in_order as reversal_turn,
        count(*) filter (where not is_reversal) over in_order as answer_turn
    from placed
    window
        in_order as (
            partition by payer_key, answered_claim
            order by remittance_order, place, claim_position
            rows between unbounded preceding and current row
        )
),

unawaited as (
    select
        *,
        greatest(
            0,
            -min(awaited_count) over (
                partition by payer_key, answered_claim
                order by remittance_order, place, claim_position
                rows between unbounded preceding and current row
            )
        ) as unawaited_count
    from awaited
),

judged as (
    select
        *,
        unawaited_count > coalesce(
            lag(unawaited_count) over (
                partition by payer_key, answered_claim
                order by remittance_order, place, claim_position
            ),
            0
        ) as is_unawaited
    from unawaited
),

corrections as (
    select
        reversals.claim_payment_key,
        later.claim_payment_key as correction_key,
        later.payment_on as corrected_on
    from judged as reversals
    inner join judged as later
        on
            reversals.payer_key = later.payer_key
            and reversals.answered_claim = later.answered_claim
            and reversals.reversal_turn = later.answer_turn - later.unawaited_count
    where
        reversals.is_reversal
        and not later.is_reversal
        and not later.is_unawaited
),

earlier as (
    select
        reversals.claim_payment_key,
        max_by(prior_answers.claim_payment_key, prior_answers.remittance_order) as nearest_key
    from concerned as reversals
    inner join concerned as prior_answers
        on
            reversals.payer_key = prior_answers.payer_key
            and reversals.answered_claim = prior_answers.answered_claim
            and reversals.remittance_order >= prior_answers.remittance_order
    where
        reversals.is_reversal
        and not prior_answers.is_reversal
    group by reversals.claim_payment_key
)

select
    concerned.claim_payment_key,
    originals.original_key,
    corrections.correction_key,
    corrections.corrected_on,
    case
        when originals.original_key is not null then null
        when earlier.nearest_key is not null then 'amounts_are_not_the_negatives'
        else 'no_earlier_answer'
    end as orphan_reason,
    case when originals.original_key is null then earlier.nearest_key end as nearest_key
from concerned
left join originals
    on concerned.claim_payment_key = originals.claim_payment_key
left join corrections
    on concerned.claim_payment_key = corrections.claim_payment_key
left join earlier
    on concerned.claim_payment_key = earlier.claim_payment_key
where concerned.is_reversal
