-- Charges that a rule judges alike are counted once; the rules then say whom they are for.
with charges as (
    select
        payer_kind,
        is_insured,
        service_on,
        count(*) as charge_count,
        {{ sum_or_zero('amount') }} as amount
    from {{ ref('int_charges__rule_conditions') }}
    group by payer_kind, is_insured, service_on
),

judged as (
    {% for condition in charge_rule_conditions() %}
    select
        '{{ condition }}' as condition_name,
        payer_kind,
        is_insured,
        service_on,
        {{ condition }} as is_broken,
        count(*) as charge_count,
        {{ sum_or_zero('amount') }} as amount
    from {{ ref('int_charges__rule_conditions') }}
    group by payer_kind, is_insured, service_on, {{ condition }}
    {% if not loop.last %}

    union all

    {% endif %}
    {% endfor %}
),

-- A rule without a condition decides nothing.
outcomes as (
    select
        rules.rule_id,
        rules.version,
        {{ rule_is_for_charge('rules', 'judged') }} as is_in_scope,
        judged.is_broken,
        judged.charge_count,
        judged.amount
    from {{ ref('charge_rules') }} as rules
    inner join judged
        on rules.condition_name = judged.condition_name

    union all

    select
        rules.rule_id,
        rules.version,
        {{ rule_is_for_charge('rules', 'charges') }} as is_in_scope,
        cast(null as boolean) as is_broken,
        charges.charge_count,
        charges.amount
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
        cast(coalesce(sum(charge_count) filter (where is_in_scope and is_broken is not null), 0) as bigint)
            as evaluated_count,
        cast(coalesce(sum(charge_count) filter (where is_in_scope and is_broken), 0) as bigint) as failed_count,
        cast(coalesce(sum(charge_count) filter (where is_in_scope and not is_broken), 0) as bigint) as passed_count,
        cast(coalesce(sum(charge_count) filter (where is_in_scope and is_broken is null), 0) as bigint)
            as not_evaluable_count,
        {{ sum_or_zero('amount', 'is_in_scope and is_broken') }} as failed_amount,
        {{ sum_or_zero('amount', 'is_in_scope and is_broken is null') }} as not_evaluable_amount
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
    coalesce(counted.charge_count, 0) as charge_count,
    coalesce(counted.out_of_scope_count, 0) as out_of_scope_count,
    coalesce(counted.evaluated_count, 0) as evaluated_count,
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
