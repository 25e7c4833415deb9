-- Charges that no run has let pass keep their claim from going out.
with charges as (
    select
        claim_id,
        count(*) filter (where charge_status in ('failing', 'reprocess_requested', 'delayed')) as held_charge_count,
        max(released_on) as released_on
    from {{ ref('failed_charges') }}
    where claim_id is not null
    group by claim_id
),

remittances as (
    select
        claim_id,
        min(payment_on) as answered_on,
        min(payment_on) filter (where paid_amount > 0) as paid_on
    from {{ ref('era_claims') }}
    where
        is_counted
        and claim_id is not null
    group by claim_id
),

-- A payer's answer on paper is known by what was posted from it.
postings as (
    select
        claim_id,
        min(posting_on) as paid_on
    from {{ ref('stg_billing__payments') }}
    where
        entry_type = 'insurance_payment'
        and amount > 0
        and posting_on <= {{ as_of() }}
    group by claim_id
),

dated as (
    select
        claims.*,
        coalesce(charges.held_charge_count, 0) as held_charge_count,
        case
            when coalesce(charges.held_charge_count, 0) = 0 then coalesce(charges.released_on, claims.created_on)
        end as released_on,
        acknowledgements.first_sent_on as billed_on,
        acknowledgements.last_sent_on as last_billed_on,
        acknowledgements.accepted_on as acknowledged_on,
        acknowledgements.rejected_on,
        least(remittances.answered_on, postings.paid_on) as answered_on,
        least(remittances.paid_on, postings.paid_on) as paid_on
    from {{ ref('claims') }} as claims
    left join charges
        on claims.claim_id = charges.claim_id
    left join {{ ref('int_charges__acknowledgements') }} as acknowledgements
        on claims.claim_id = acknowledgements.claim_id
    left join remittances
        on claims.claim_id = remittances.claim_id
    left join postings
        on claims.claim_id = postings.claim_id
),

stated as (
    select
        *,
        case
            when voided_on is not null then 'voided'
            when payer_id is null then 'self_pay'
            when paid_on is not null then 'paid'
            when answered_on is not null then 'answered'
            when rejected_on is not null then 'rejected'
            when acknowledged_on is not null then 'acknowledged'
            when billed_on is not null then 'billed'
            when held_charge_count > 0 then 'imported'
            else 'released'
        end as claim_state
    from dated
),

since as (
    select
        *,
        case claim_state
            when 'voided' then voided_on
            when 'paid' then paid_on
            when 'answered' then answered_on
            when 'rejected' then rejected_on
            when 'acknowledged' then acknowledged_on
            when 'billed' then last_billed_on
            when 'released' then released_on
            else created_on
        end as state_since_on
    from stated
),

-- Where nobody sends claims or acknowledgements as files, nothing can be missing.
known as (
    select
        exists (
            select 1 from {{ ref('int_charges__acknowledgements') }} as sent where sent.last_sent_on is not null
        ) as has_submissions,
        exists (select 1 from {{ ref('stg_claims__acknowledgements') }}) as has_acknowledgements,
        {{ number_in_force('claim_mend_days', as_of(), 14) }} as claim_mend_days,
        {{ number_in_force('claim_billing_days', as_of(), 5) }} as claim_billing_days,
        {{ number_in_force('acknowledgement_wait_days', as_of(), 2) }} as acknowledgement_wait_days,
        {{ number_in_force('payer_answer_days', as_of(), 30) }} as payer_answer_days
),

-- How long this payer may take: the practice's row before ours, that of a payer before that of its kind.
payer_waits as (
    select
        states.payer_id,
        states.claim_state,
        states.state_since_on,
        waits.wait_days,
        waits.counts_business_days
    from (
        select distinct
            since.payer_id,
            payers.payer_kind,
            since.claim_state,
            since.state_since_on
        from since
        left join {{ ref('stg_practice__payers') }} as payers
            on since.payer_id = payers.payer_id
    ) as states
    inner join ({{ with_own_rows(ref('payer_waits'), ref('practice_payer_waits')) }}) as waits
        on
            states.claim_state = waits.claim_state
            and {{ holds_on('waits', 'states.state_since_on') }}
            and (waits.payer_id is null or states.payer_id = waits.payer_id)
            and (waits.payer_kind is null or lower(states.payer_kind) like '%' || lower(waits.payer_kind) || '%')
    qualify row_number() over (
        partition by states.payer_id, states.claim_state, states.state_since_on
        order by waits.is_own desc, waits.payer_id is null, waits.payer_kind is null, waits.effective_from desc
    ) = 1
),

allowed as (
    select
        since.*,
        case
            when payer_waits.wait_days is not null then payer_waits.wait_days
            when since.claim_state in ('imported', 'rejected') then known.claim_mend_days
            when since.claim_state = 'released' and known.has_submissions then known.claim_billing_days
            when since.claim_state = 'billed' and known.has_acknowledgements then known.acknowledgement_wait_days
            when since.claim_state in ('billed', 'acknowledged') then known.payer_answer_days
        end as allowed_days,
        coalesce(
            payer_waits.counts_business_days, since.claim_state = 'billed' and known.has_acknowledgements
        ) as is_in_business_days,
        latest.business_day_number - days.business_day_number as business_days
    from since
    cross join known
    left join payer_waits
        on
            since.payer_id = payer_waits.payer_id
            and since.claim_state = payer_waits.claim_state
            and since.state_since_on = payer_waits.state_since_on
    left join {{ ref('int_practice__business_days') }} as days
        on since.state_since_on = days.calendar_on
    left join {{ ref('int_practice__business_days') }} as latest
        on latest.calendar_on = {{ as_of() }}
)

select
    claim_id,
    patient_id,
    location_id,
    payer_id,
    service_on,
    charge_amount,
    created_on as imported_on,
    released_on,
    billed_on,
    acknowledged_on,
    rejected_on,
    answered_on,
    paid_on,
    held_charge_count,
    claim_state,
    state_since_on,
    {{ days_between('state_since_on', as_of()) }} as days_in_state,
    cast(allowed_days as integer) as allowed_days,
    case when allowed_days is not null then is_in_business_days end as is_in_business_days,
    coalesce(
        case
            when is_in_business_days then business_days
            else {{ days_between('state_since_on', as_of()) }}
        end > allowed_days,
        false
    ) as is_stuck,
    file_hash,
    row_number,
    load_id
from allowed
