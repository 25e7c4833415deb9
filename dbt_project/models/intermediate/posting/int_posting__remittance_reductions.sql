-- A remittance that billing has entered, as a receipt with its trace number, is billing's to post: its lines count
-- when and as billing posts them. Only what no receipt stands for is read from the remittance, so nothing counts twice.
with not_entered as (
    select
        remittances.file_hash,
        remittances.interchange_position,
        remittances.transaction_position,
        remittances.payment_on
    from {{ ref('stg_era__remittances') }} as remittances
    left join {{ ref('int_era__repeated_traces') }} as traces
        on remittances.remittance_key = traces.remittance_key
    where
        traces.duplicate_of_remittance_key is null
        and remittances.payment_on <= {{ as_of() }}
        and not exists (
            select 1
            from {{ ref('stg_billing__receipts') }} as receipts
            where
                receipts.payer_class = 'Insurance'
                and receipts.check_number = remittances.trace_number
        )
),

-- A denial is an answer, no write-off.
answers as (
    select
        claims.file_hash,
        claims.interchange_position,
        claims.transaction_position,
        claims.claim_position,
        claims.claim_identifier as claim_id,
        not_entered.payment_on
    from {{ ref('stg_era__claims') }} as claims
    inner join not_entered
        on {{ same_remittance('claims', 'not_entered') }}
    where claims.status_code <> '4'
),

lines as (
    select
        service_lines.*,
        answers.claim_id,
        answers.payment_on,
        row_number() over (
            partition by
                answers.file_hash,
                answers.interchange_position,
                answers.transaction_position,
                answers.claim_position,
                service_lines.procedure_code
            order by service_lines.line_position
        ) as turn
    from {{ ref('stg_era__service_lines') }} as service_lines
    inner join answers
        on
            {{ same_remittance('service_lines', 'answers') }}
            and service_lines.claim_position = answers.claim_position
),

billed as (
    select
        claim_id,
        line_number,
        procedure_code,
        row_number() over (partition by claim_id, procedure_code order by line_number) as turn
    from {{ ref('stg_billing__claim_lines') }}
),

written_off as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        claim_position,
        line_position,
        {{ sum_or_zero('amount', "group_code <> 'PR'") }} as amount
    from {{ ref('stg_era__adjustments') }}
    group by file_hash, interchange_position, transaction_position, claim_position, line_position
)

-- The line that the payer names by our number; where it names none, the same procedure of the claim, in their order.
select
    lines.file_hash,
    lines.row_number,
    lines.claim_id,
    coalesce(named.line_number, billed.line_number) as line_number,
    lines.payment_on as effective_on,
    {{ money('coalesce(lines.paid_amount, 0) + coalesce(written_off.amount, 0)') }} as amount
from lines
left join {{ ref('stg_billing__claim_lines') }} as named
    on
        lines.claim_id = named.claim_id
        and lines.line_control_number = cast(named.line_number as varchar)
left join billed
    on
        lines.claim_id = billed.claim_id
        and lines.procedure_code = billed.procedure_code
        and lines.turn = billed.turn
left join written_off
    on
        {{ same_remittance('lines', 'written_off') }}
        and lines.claim_position = written_off.claim_position
        and lines.line_position = written_off.line_position
where coalesce(named.line_number, billed.line_number) is not null
