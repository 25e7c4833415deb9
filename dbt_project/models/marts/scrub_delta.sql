-- What billing made of the visit, without the lines that were void when the claim went out.
with made as (
    select
        lines.claim_id,
        left(upper(lines.procedure_code), 5) as procedure_code,
        cast(sum(lines.units) as decimal(18, 4)) as units,
        count(*) - count(lines.units) as lines_without_units,
        {{ sum_or_zero('lines.charge_amount') }} as charge_amount
    from {{ ref('stg_billing__claim_lines') }} as lines
    left join {{ ref('int_charges__submissions') }} as submissions
        on lines.claim_id = submissions.claim_id
    where lines.voided_on is null or lines.voided_on > coalesce(submissions.sent_on, {{ as_of() }})
    group by lines.claim_id, left(upper(lines.procedure_code), 5)
),

-- The last 837P to the first payer is what was billed.
billed as (
    select
        submissions.claim_id,
        left(upper(lines.procedure_code), 5) as procedure_code,
        cast(sum(lines.units) as decimal(18, 4)) as units,
        {{ sum_or_zero('lines.charge_amount') }} as charge_amount
    from {{ ref('int_charges__submissions') }} as submissions
    inner join {{ ref('stg_claims__submission_lines') }} as lines
        on {{ same_sent_claim('submissions', 'lines') }}
    group by submissions.claim_id, left(upper(lines.procedure_code), 5)
),

-- The first payer's last answer that nobody took back.
answers as (
    select
        claim_id,
        max_by(claim_payment_key, (payment_on, answer_number)) as claim_payment_key
    from {{ ref('era_claims') }}
    where
        is_counted
        and claim_id is not null
        and coalesce(payer_rank, 'primary') = 'primary'
        and answer <> 'reversal'
        and coalesce(reversal_role, 'correction') = 'correction'
    group by claim_id
),

-- A line whose procedure the payer changed is compared as the procedure that was billed.
adjudicated as (
    select
        answers.claim_id,
        left(upper(coalesce(our_lines.procedure_code, lines.original_procedure_code, lines.procedure_code)), 5)
            as procedure_code,
        -- An answer without a number of units speaks of one.
        cast(sum(coalesce(lines.paid_units, 1)) as decimal(18, 4)) as units,
        {{ sum_or_zero('lines.charge_amount') }} as charge_amount,
        {{ sum_or_zero('lines.paid_amount') }} as paid_amount
    from answers
    inner join {{ ref('era_service_lines') }} as lines
        on answers.claim_payment_key = lines.claim_payment_key
    left join {{ ref('stg_billing__claim_lines') }} as our_lines
        on
            lines.claim_id = our_lines.claim_id
            and lines.line_number = our_lines.line_number
    where coalesce(our_lines.procedure_code, lines.original_procedure_code, lines.procedure_code) is not null
    group by
        answers.claim_id,
        left(upper(coalesce(our_lines.procedure_code, lines.original_procedure_code, lines.procedure_code)), 5)
),

procedures as (
    select
        claim_id,
        procedure_code
    from made

    union

    select
        claim_id,
        procedure_code
    from billed

    union

    select
        claim_id,
        procedure_code
    from adjudicated
),

compared as (
    select
        claims.claim_id,
        procedures.procedure_code,
        claims.payer_id,
        claims.location_id,
        claims.patient_id,
        claims.service_on,
        submissions.sent_on as billed_on,
        case when coalesce(made.lines_without_units, 0) = 0 then coalesce(made.units, 0) end as made_units,
        coalesce(made.charge_amount, 0) as made_charge_amount,
        case when submissions.claim_id is not null then coalesce(billed.units, 0) end as billed_units,
        case when submissions.claim_id is not null then coalesce(billed.charge_amount, 0) end as billed_charge_amount,
        case when answers.claim_id is not null then coalesce(adjudicated.units, 0) end as adjudicated_units,
        case when answers.claim_id is not null then coalesce(adjudicated.charge_amount, 0) end
            as adjudicated_charge_amount,
        case when answers.claim_id is not null then coalesce(adjudicated.paid_amount, 0) end as paid_amount,
        claims.file_hash,
        claims.row_number
    from procedures
    inner join {{ ref('claims') }} as claims
        on procedures.claim_id = claims.claim_id
    left join {{ ref('int_charges__submissions') }} as submissions
        on procedures.claim_id = submissions.claim_id
    left join answers
        on procedures.claim_id = answers.claim_id
    left join made
        on
            procedures.claim_id = made.claim_id
            and procedures.procedure_code = made.procedure_code
    left join billed
        on
            procedures.claim_id = billed.claim_id
            and procedures.procedure_code = billed.procedure_code
    left join adjudicated
        on
            procedures.claim_id = adjudicated.claim_id
            and procedures.procedure_code = adjudicated.procedure_code
    where
        claims.voided_on is null
        and claims.payer_id is not null
)

select
    claim_id,
    procedure_code,
    payer_id,
    location_id,
    patient_id,
    service_on,
    billed_on,
    cast(made_units as decimal(18, 4)) as made_units,
    {{ money('made_charge_amount') }} as made_charge_amount,
    cast(billed_units as decimal(18, 4)) as billed_units,
    {{ money('billed_charge_amount') }} as billed_charge_amount,
    cast(adjudicated_units as decimal(18, 4)) as adjudicated_units,
    {{ money('adjudicated_charge_amount') }} as adjudicated_charge_amount,
    {{ money('paid_amount') }} as paid_amount,
    cast(made_units - billed_units as decimal(18, 4)) as trimmed_units,
    {{ money('made_charge_amount - billed_charge_amount') }} as trimmed_charge_amount,
    cast(billed_units - adjudicated_units as decimal(18, 4)) as unanswered_units,
    {{ money('billed_charge_amount - adjudicated_charge_amount') }} as unanswered_charge_amount,
    case
        when billed_on is null then 'not_billed'
        when made_units is null then 'not_evaluable'
        when made_units > billed_units or made_charge_amount > billed_charge_amount then 'trimmed'
        when made_units < billed_units or made_charge_amount < billed_charge_amount then 'added'
        else 'same'
    end as scrub_status,
    file_hash,
    row_number
from compared
