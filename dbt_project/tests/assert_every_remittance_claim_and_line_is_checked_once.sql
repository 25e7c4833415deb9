with checked as (
    select
        remittance_key,
        count(*) filter (where check_level = 'remittance') as remittance_count,
        count(*) filter (where check_level = 'claim') as claim_count,
        count(*) filter (where check_level = 'line') as service_line_count
    from {{ ref('era_balance_checks') }}
    group by remittance_key
)

select
    remittances.remittance_key,
    remittances.claim_count,
    remittances.service_line_count,
    checked.claim_count as checked_claim_count,
    checked.service_line_count as checked_service_line_count
from {{ ref('era_remittances') }} as remittances
left join checked
    on remittances.remittance_key = checked.remittance_key
where
    checked.remittance_count is distinct from 1
    or checked.claim_count is distinct from remittances.claim_count
    or checked.service_line_count is distinct from remittances.service_line_count
