{{ config(materialized='table') }}

-- The table row that holds for a payer on a day: the practice's own before ours, one of the payer before its kind's.
with payer_days as (
    select distinct
        payer_id,
        payer_kind,
        service_on
    from {{ ref('int_charges__billed') }}
    where is_insured
)

select
    payer_days.payer_id,
    payer_days.service_on,
    rules.counting_method,
    rules.member_id_pattern,
    rules.needs_discipline_modifier,
    rules.needs_assistant_modifier,
    rules.needs_referring_provider
from payer_days
inner join ({{ with_own_rows(ref('payer_rules'), ref('practice_payer_rules')) }}) as rules
    on
        {{ holds_on('rules', 'payer_days.service_on') }}
        and (rules.payer_id is null or payer_days.payer_id = rules.payer_id)
        and (rules.payer_kind is null or lower(payer_days.payer_kind) like '%' || lower(rules.payer_kind) || '%')
qualify row_number() over (
    partition by payer_days.payer_id, payer_days.service_on
    order by rules.is_own desc, rules.payer_id is null, rules.effective_from desc
) = 1
