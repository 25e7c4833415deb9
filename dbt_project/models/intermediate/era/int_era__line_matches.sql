{{ config(materialized='table') }}

{%- set steps = [
    ('procedure_modifiers_charge', "concat_ws('|', procedure_code, modifiers, charge_amount)",
     "concat_ws('|', procedure_code, modifiers, charge_amount)", 'procedure_code', false),
    ('procedure_charge', "concat_ws('|', procedure_code, charge_amount)",
     "concat_ws('|', procedure_code, charge_amount)", 'procedure_code', false),
    ('original_procedure_charge', "concat_ws('|', original_procedure_code, charge_amount)",
     "concat_ws('|', procedure_code, charge_amount)", 'original_procedure_code', false),
    ('procedure', 'procedure_code', 'procedure_code', 'procedure_code', false),
    ('original_procedure', 'original_procedure_code', 'procedure_code', 'original_procedure_code', false),
    ('charge', 'cast(charge_amount as varchar)', 'cast(charge_amount as varchar)', 'charge_amount', true),
] -%}
-- Some payers write the modifier into the code; a procedure code has five characters.
with theirs as (
    select
        claim_payments.claim_payment_key,
        matches.claim_id,
        service_lines.line_position,
        left(upper(service_lines.procedure_code), 5) as procedure_code,
        left(upper(service_lines.original_procedure_code), 5) as original_procedure_code,
        coalesce(
            upper(
                concat_ws(
                    ':',
                    nullif(substr(service_lines.procedure_code, 6), ''),
                    service_lines.modifier_1,
                    service_lines.modifier_2,
                    service_lines.modifier_3,
                    service_lines.modifier_4
                )
            ),
            ''
        ) as modifiers,
        abs(service_lines.charge_amount) as charge_amount,
        service_lines.line_control_number
    from {{ ref('stg_era__service_lines') }} as service_lines
    inner join {{ ref('int_era__claim_payments') }} as claim_payments
        on
            {{ same_remittance('service_lines', 'claim_payments') }}
            and service_lines.claim_position = claim_payments.claim_position
    inner join {{ ref('int_era__claim_matches') }} as matches
        on claim_payments.claim_payment_key = matches.claim_payment_key
    where matches.claim_id is not null
),

ours as (
    select
        claim_id,
        line_number,
        left(upper(procedure_code), 5) as procedure_code,
        coalesce(upper(modifiers), '') as modifiers,
        charge_amount
    from {{ ref('stg_billing__claim_lines') }}
),

-- Control numbers as we sent them; without a sent claim, the number of the line itself.
sent as (
    select
        submissions.patient_control_number as claim_id,
        sent_lines.line_control_number,
        min(try_cast(sent_lines.line_number as bigint)) as line_number
    from {{ ref('stg_claims__submission_lines') }} as sent_lines
    inner join {{ ref('stg_claims__submissions') }} as submissions
        on
            {{ same_remittance('sent_lines', 'submissions') }}
            and sent_lines.claim_position = submissions.claim_position
    where sent_lines.line_control_number is not null
    group by submissions.patient_control_number, sent_lines.line_control_number
    having count(distinct sent_lines.line_number) = 1
),

named as (
    select
        theirs.claim_payment_key,
        theirs.line_position,
        ours.line_number,
        'line_control_number' as match_method
    from theirs
    left join sent
        on
            theirs.claim_id = sent.claim_id
            and theirs.line_control_number = sent.line_control_number
    inner join ours
        on
            theirs.claim_id = ours.claim_id
            and coalesce(sent.line_number, try_cast(theirs.line_control_number as bigint)) = ours.line_number
),

theirs_0 as (
    select theirs.*
    from theirs
    left join named
        on
            theirs.claim_payment_key = named.claim_payment_key
            and theirs.line_position = named.line_position
    where named.line_position is null
),

unnamed as (
    select distinct
        claim_payment_key,
        claim_id
    from theirs_0
),

ours_0 as (
    select
        unnamed.claim_payment_key,
        ours.*
    from unnamed
    inner join ours
        on unnamed.claim_id = ours.claim_id
    left join named
        on
            unnamed.claim_payment_key = named.claim_payment_key
            and ours.line_number = named.line_number
    where named.line_number is null
),

{{ line_pairs(steps) }}
-- What is left may be a further part of a line that the payer split: one line of ours alone has that procedure, and the
-- parts together charge no more than it does.
parts as (
    select
        theirs.claim_payment_key,
        coalesce(theirs.original_procedure_code, theirs.procedure_code) as procedure_code,
        sum(theirs.charge_amount) as charge_amount
    from theirs
    where theirs.claim_payment_key in (select left_over.claim_payment_key from theirs_6 as left_over)
    group by theirs.claim_payment_key, coalesce(theirs.original_procedure_code, theirs.procedure_code)
),

split as (
    select
        left_over.claim_payment_key,
        left_over.line_position,
        min(ours.line_number) as line_number,
        'split' as match_method
    from theirs_6 as left_over
    inner join parts
        on
            left_over.claim_payment_key = parts.claim_payment_key
            and coalesce(left_over.original_procedure_code, left_over.procedure_code) = parts.procedure_code
    inner join ours
        on
            left_over.claim_id = ours.claim_id
            and parts.procedure_code = ours.procedure_code
    group by left_over.claim_payment_key, left_over.line_position, parts.charge_amount
    having
        count(*) = 1
        and parts.charge_amount <= min(ours.charge_amount)
),

found as (
    select * from named
    union all
    select * from pairs_1
    union all
    select * from pairs_2
    union all
    select * from pairs_3
    union all
    select * from pairs_4
    union all
    select * from pairs_5
    union all
    select * from pairs_6
    union all
    select * from split
)

select
    theirs.claim_payment_key,
    theirs.line_position,
    theirs.claim_id,
    found.line_number,
    found.match_method,
    coalesce(theirs.procedure_code <> ours.procedure_code, false) as is_procedure_changed
from theirs
left join found
    on
        theirs.claim_payment_key = found.claim_payment_key
        and theirs.line_position = found.line_position
left join ours
    on
        theirs.claim_id = ours.claim_id
        and found.line_number = ours.line_number
