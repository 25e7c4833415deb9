-- Charges that a rule judges alike are counted once; the rules then say whom they are for.
with charges as (
    select
        payer_kind,
        is_insured,
        service_on,
        count(*) as charge_count,
        {{ sum_or_zero('amount') }} as amount,
        [
            {%- for condition in charge_rule_conditions() %}
            struct_pack(
                condition_name := '{{ condition }}',
                failed_count := count(*) filter (where {{ condition }}),
                passed_count := count(*) filter (where not {{ condition }}),
                failed_amount := {{ sum_or_zero('amount', condition) }},
                not_evaluable_amount := {{ sum_or_zero('amount', condition ~ ' is null') }}
            ){{ ',' if not loop.last }}
            {%- endfor %}
        ] as outcomes
    from {{ ref('int_charges__rule_conditions') }}
    group by payer_kind, is_insured, service_on
),

judged as (
    select
        payer_kind,
        is_insured,
        service_on,
        charge_count,
        amount,
        unnest(outcomes) as outcome
    from charges
),

-- A rule without a condition decides nothing.
outcomes as (
    select
        rules.rule_id,
        rules.version,
        {{ rule_is_for_charge('rules', 'judged') }} as is_in_scope,
        judged.charge_count,
        judged.amount,
        judged.outcome.failed_count,
        judged.outcome.passed_count,
        judged.outcome.failed_amount,
        judged.outcome.not_evaluable_amount
    from {{ ref('charge_rules') }} as rules
    inner join judged
        on rules.condition_name = judged.outcome.condition_name

    union all

    select
        rules.rule_id,
        rules.version,
        {{ rule_is_for_charge('rules', 'charges') }} as is_in_scope,
        charges.charge_count,
        charges.amount,
        0 as failed_count,
        0 as passed_count,
        0 as failed_amount,
        charges.amount as not_evaluable_amount
    from {{ ref('charge_rules') }} as rules
    cross join charges
    where rules.condition_name is null
),

counted as (
    select
        rule_id,
        version,
        cast(sum(charge_count) as bigint) as charge_count,
        {{ sum_or_zero('amount') }} as amount,
        cast(coalesce(sum(charge_count) filter (where not is_in_scope), 0) as bigint) as out_of_scope_count,
        cast(coalesce(sum(failed_count) filter (where is_in_scope), 0) as bigint) as failed_count,
        cast(coalesce(sum(passed_count) filter (where is_in_scope), 0) as bigint) as passed_count,
        cast(
            coalesce(sum(charge_count - failed_count - passed_count) filter (where is_in_scope), 0) as bigint
        ) as not_evaluable_count,
        {{ sum_or_zero('failed_amount', 'is_in_scope') }} as failed_amount,
        {{ sum_or_zero('not_evaluable_amount', 'is_in_scope') }} as not_evaluable_amount
    from outcomes
    group by rule_id, version
)

select
    rules.rule_id,
    rules.version,
    rules.effective_from,
    rules.effective_until,
    rules.payer_scope,
    rules.severity,
    rules.label,
    rules.condition_name is not null as is_decidable,
    rules.not_evaluable_when,
    rules.not_judged,
    coalesce(counted.charge_count, 0) as charge_count,
    coalesce(counted.out_of_scope_count, 0) as out_of_scope_count,
    coalesce(counted.failed_count + counted.passed_count, 0) as evaluated_count,
    coalesce(counted.failed_count, 0) as failed_count,
    coalesce(counted.passed_count, 0) as passed_count,
    coalesce(counted.not_evaluable_count, 0) as not_evaluable_count,
    {{ money('coalesce(counted.amount, 0)') }} as amount,
    {{ money('coalesce(counted.failed_amount, 0)') }} as failed_amount,
    {{ money('coalesce(counted.not_evaluable_amount, 0)') }} as not_evaluable_amount
from {{ ref('charge_rules') }} as rules
left join counted
    on
        rules.rule_id = counted.rule_id
        and rules.version = counted.version
