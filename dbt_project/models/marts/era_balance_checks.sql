with checks as (
    select
        'line' as check_level,
        file_hash,
        interchange_position,
        transaction_position,
        claim_position,
        line_position,
        expected_amount,
        actual_amount,
        absent_term
    from {{ ref('int_era__line_checks') }}

    union all

    select
        'claim' as check_level,
        file_hash,
        interchange_position,
        transaction_position,
        claim_position,
        0 as line_position,
        expected_amount,
        actual_amount,
        absent_term
    from {{ ref('int_era__claim_checks') }}

    union all

    select
        'remittance' as check_level,
        file_hash,
        interchange_position,
        transaction_position,
        0 as claim_position,
        0 as line_position,
        expected_amount,
        actual_amount,
        absent_term
    from {{ ref('int_era__remittance_checks') }}
)

select
    remittances.remittance_key,
    checks.check_level,
    cast(checks.claim_position as integer) as claim_position,
    cast(checks.line_position as integer) as line_position,
    case when checks.absent_term is null then checks.expected_amount end as expected_amount,
    checks.actual_amount,
    case
        when checks.absent_term is not null then 'not_evaluable'
        when checks.expected_amount = checks.actual_amount then 'balanced'
        else 'mismatch'
    end as outcome,
    case
        when checks.absent_term is null then {{ money('checks.actual_amount - checks.expected_amount') }}
    end as mismatch_amount,
    checks.absent_term as reason
from checks
inner join {{ ref('int_era__remittance_totals') }} as remittances
    on {{ same_remittance('checks', 'remittances') }}
