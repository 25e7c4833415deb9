{{ config(materialized='table') }}

{%- set agrees -%}
    (undecided.service_on = ours.service_on or undecided.charge_amount = ours.charge_amount)
{%- endset -%}
with ours as (
    select
        claim_id,
        upper(trim(claim_id)) as claim_number,
        regexp_replace(upper(claim_id), '[^A-Z0-9]', '', 'g') as bare_claim_number,
        regexp_extract(claim_id, '^[0-9]+') as leading_digits,
        service_on,
        charge_amount
    from {{ ref('stg_billing__claims') }}
    where created_on <= {{ as_of() }}
),

theirs as (
    select
        * exclude (charge_amount),
        abs(charge_amount) as charge_amount
    from {{ ref('int_era__claim_payments') }}
),

-- The number as we wrote it, or in other letters. Cut off, a number may be that of another claim: where both day and
-- charge speak against it, it is the weakest sign of all.
numbered as (
    select
        theirs.claim_payment_key,
        ours.claim_id,
        case
            when theirs.service_on <> ours.service_on and theirs.charge_amount <> ours.charge_amount then 7
            when theirs.claim_identifier = ours.claim_id then 1
            else 2
        end as tier,
        case when theirs.claim_identifier = ours.claim_id then 'claim_number' else 'other_case' end as match_method
    from theirs
    inner join ours
        on theirs.claim_number = ours.claim_number
),

named as (
    select *
    from numbered
    where tier < 7
),

undecided as (
    select theirs.*
    from theirs
    where not exists (
        select 1
        from named
        where named.claim_payment_key = theirs.claim_payment_key
    )
),

-- A changed number counts only where what the payer says of the claim agrees as well.
changed as (
    select
        undecided.claim_payment_key,
        ours.claim_id,
        3 as tier,
        'suffixed' as match_method
    from undecided
    inner join ours
        on regexp_extract(undecided.claim_number, '^(.+)[^A-Z0-9]+[A-Z0-9]*$', 1) = ours.claim_number
    where {{ agrees }}

    union all

    select
        undecided.claim_payment_key,
        ours.claim_id,
        3 as tier,
        'other_punctuation' as match_method
    from undecided
    inner join ours
        on undecided.bare_claim_number = ours.bare_claim_number
    where {{ agrees }}

    union all

    select
        undecided.claim_payment_key,
        ours.claim_id,
        4 as tier,
        case
            when length(undecided.bare_claim_number) < length(ours.bare_claim_number) then 'truncated'
            else 'suffixed'
        end as match_method
    from undecided
    inner join ours
        on
            undecided.service_on = ours.service_on
            and undecided.charge_amount = ours.charge_amount
    where
        (
            length(undecided.bare_claim_number) >= 4
            and starts_with(ours.bare_claim_number, undecided.bare_claim_number)
        )
        or (
            length(ours.bare_claim_number) >= 4
            and starts_with(undecided.bare_claim_number, ours.bare_claim_number)
        )
),

-- A control number that we gave to lines of one claim only names the claim; short ones just count lines.
sent as (
    select
        sent_lines.line_control_number,
        min(submissions.patient_control_number) as claim_id
    from {{ ref('stg_claims__submission_lines') }} as sent_lines
    inner join {{ ref('stg_claims__submissions') }} as submissions
        on
            {{ same_remittance('sent_lines', 'submissions') }}
            and sent_lines.claim_position = submissions.claim_position
    where length(sent_lines.line_control_number) >= 6
    group by sent_lines.line_control_number
    having count(distinct submissions.patient_control_number) = 1
),

by_line as (
    select distinct
        undecided.claim_payment_key,
        ours.claim_id,
        5 as tier,
        'line_control_number' as match_method
    from undecided
    inner join {{ ref('stg_era__service_lines') }} as service_lines
        on
            {{ same_remittance('undecided', 'service_lines') }}
            and undecided.claim_position = service_lines.claim_position
    inner join sent
        on service_lines.line_control_number = sent.line_control_number
    inner join ours
        on
            sent.claim_id = ours.claim_id
            and undecided.service_on = ours.service_on
),

-- A later answer under another number of ours, with the number that the payer gave to the claim it answered before.
payer_numbers as (
    select
        theirs.payer_key,
        theirs.payer_claim_control_number,
        min(named.claim_id) as claim_id
    from theirs
    inner join named
        on theirs.claim_payment_key = named.claim_payment_key
    where length(theirs.payer_claim_control_number) >= 4
    group by theirs.payer_key, theirs.payer_claim_control_number
    having count(distinct named.claim_id) = 1
),

by_payer_number as (
    select
        undecided.claim_payment_key,
        ours.claim_id,
        6 as tier,
        'payer_control_number' as match_method
    from undecided
    inner join payer_numbers
        on
            undecided.payer_key = payer_numbers.payer_key
            and undecided.payer_claim_control_number = payer_numbers.payer_claim_control_number
    inner join ours
        on
            payer_numbers.claim_id = ours.claim_id
            and undecided.service_on = ours.service_on
),

candidates as (
    select * from numbered
    union all
    select * from changed
    union all
    select * from by_line
    union all
    select * from by_payer_number
),

-- The strongest sign decides; where it points at several claims, nothing is decided.
judged as (
    select
        claim_payment_key,
        min(claim_id) as claim_id,
        count(distinct claim_id) as candidate_count,
        min(match_method) as match_method
    from (
        select
            *,
            min(tier) over (partition by claim_payment_key) as strongest_tier
        from candidates
    ) as signs
    where tier = strongest_tier
    group by claim_payment_key
),

-- A number that is not written the way of this system belongs to the one before it.
open_ends as (
    select
        undecided.claim_payment_key,
        undecided.claim_number,
        undecided.bare_claim_number,
        undecided.service_on,
        undecided.charge_amount,
        judged.candidate_count,
        case
            when judged.candidate_count > 1 then 'unmatched'
            when coalesce(undecided.bare_claim_number, '') = '' then 'unmatched'
            when
                -- A pattern that this database cannot read makes nothing legacy.
                not coalesce(
                    try(
                        regexp_matches(
                            undecided.claim_number,
                            coalesce(patterns.setting_value, '^\d+E\d+$'),
                            'i'
                        )
                    ),
                    true
                )
                then 'legacy'
            else 'unmatched'
        end as outcome
    from undecided
    left join judged
        on undecided.claim_payment_key = judged.claim_payment_key
    left join {{ ref('stg_practice__company_settings') }} as patterns
        on
            patterns.setting_name = 'claim_id_pattern'
            and coalesce(undecided.payment_on, {{ as_of() }}) >= patterns.effective_from
            and (
                patterns.effective_until is null
                or coalesce(undecided.payment_on, {{ as_of() }}) < patterns.effective_until
            )
    where coalesce(judged.candidate_count, 0) <> 1
),

unmatched as (
    select
        *,
        regexp_extract(claim_number, '^[0-9]+') as leading_digits
    from open_ends
    where outcome = 'unmatched'
),

near as (
    select
        candidates.claim_payment_key,
        candidates.claim_id,
        1 as nearness,
        'fits_as_well_as_another' as difference
    from candidates
    inner join unmatched
        on candidates.claim_payment_key = unmatched.claim_payment_key

    union all

    select
        unmatched.claim_payment_key,
        ours.claim_id,
        2 as nearness,
        'same_day_and_charge_other_number' as difference
    from unmatched
    inner join ours
        on
            unmatched.service_on = ours.service_on
            and unmatched.charge_amount = ours.charge_amount

    union all

    select
        unmatched.claim_payment_key,
        ours.claim_id,
        3 as nearness,
        'same_number_with_a_suffix_other_day_and_charge' as difference
    from unmatched
    inner join ours
        on regexp_extract(unmatched.claim_number, '^(.+)[^A-Z0-9]+[A-Z0-9]*$', 1) = ours.claim_number

    union all

    select
        unmatched.claim_payment_key,
        ours.claim_id,
        4 as nearness,
        'same_patient_and_day_other_charge' as difference
    from unmatched
    inner join ours
        on
            unmatched.leading_digits = ours.leading_digits
            and unmatched.service_on = ours.service_on
    where unmatched.leading_digits <> ''
),

nearest as (
    select
        near.claim_payment_key,
        min_by(
            near.claim_id,
            (near.nearness, levenshtein(unmatched.bare_claim_number, near.claim_id), near.claim_id)
        ) as claim_id,
        min_by(near.difference, near.nearness) as difference
    from near
    inner join unmatched
        on near.claim_payment_key = unmatched.claim_payment_key
    group by near.claim_payment_key
)

select
    theirs.claim_payment_key,
    coalesce(open_ends.outcome, 'matched') as outcome,
    case when open_ends.claim_payment_key is null then judged.claim_id end as claim_id,
    case when open_ends.claim_payment_key is null then judged.match_method end as match_method,
    case
        when coalesce(open_ends.outcome, '') <> 'unmatched' then null
        when open_ends.candidate_count > 1 then 'several_claims_fit'
        when coalesce(open_ends.bare_claim_number, '') = '' then 'number_absent'
        else 'claim_unknown'
    end as unmatched_reason,
    nearest.claim_id as nearest_claim_id,
    nearest.difference as nearest_claim_difference
from theirs
left join judged
    on theirs.claim_payment_key = judged.claim_payment_key
left join open_ends
    on theirs.claim_payment_key = open_ends.claim_payment_key
left join nearest
    on theirs.claim_payment_key = nearest.claim_payment_key
