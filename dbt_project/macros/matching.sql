{#- One-to-one pairs of payments that agree on a key and are dated within the window, whatever order they came in.

Reads the ctes open_emr (emr_payment_id, transaction_on, flow_rank) and open_billing (billing_payment_id, clinic_on,
other_on), both with the key and charge_type_key. Returns emr_payment_id, billing_payment_id and is_contested.

Payments that are equal in the key and in their dates are one group and interchangeable: they pair by rank. In each
round an edge between two groups counts when it is the nearest for both. It is taken where it is the only such edge of
both, or where one end has payments enough for all of its ends: then no payment is preferred to another. Otherwise a
choice would decide what is explained and how, so nothing is chosen: the payments of both ends come back contested.

key          columns that must be equal
also_equal   condition that makes an edge farther, by less than a day, where it is false -#}
{% macro windowed_pairs(key, also_equal='true', rounds=3) -%}
{% set keys = key | join(', ') %}
emr_ranked as (
    select
        emr_payment_id,
        charge_type_key,
        transaction_on,
        {{ keys }},
        md5(concat_ws('|', {{ keys }}, charge_type_key, transaction_on)) as emr_group,
        row_number() over (
            partition by {{ keys }}, charge_type_key, transaction_on
            order by flow_rank, emr_payment_id
        ) as payment_rank
    from open_emr
),

billing_ranked as (
    select
        billing_payment_id,
        charge_type_key,
        clinic_on,
        other_on,
        {{ keys }},
        md5(concat_ws('|', {{ keys }}, charge_type_key, clinic_on, other_on)) as billing_group,
        row_number() over (
            partition by {{ keys }}, charge_type_key, clinic_on, other_on
            order by billing_payment_id
        ) as payment_rank
    from open_billing
),

edges_0 as (
    select
        emr_groups.emr_group,
        billing_groups.billing_group,
        billing_groups.clinic_on,
        billing_groups.other_on,
        emr_groups.group_size as emr_left,
        billing_groups.group_size as billing_left,
        abs(date_diff('day', emr_groups.transaction_on, billing_groups.clinic_on)) * 10000
        + abs(date_diff('day', emr_groups.transaction_on, billing_groups.other_on)) * 2
        + case when {{ also_equal }} then 0 else 1 end as distance
    from (select * exclude (emr_payment_id, payment_rank), count(*) as group_size from emr_ranked group by all)
        as emr_groups
    inner join (
        select * exclude (billing_payment_id, payment_rank), count(*) as group_size from billing_ranked group by all
    ) as billing_groups
        using ({{ keys }})
    where
        abs(date_diff('day', emr_groups.transaction_on, billing_groups.clinic_on))
        <= {{ matching_window_days() }}
),
{% for round in range(rounds) %}
nearest_{{ round }} as (
    select
        *,
        distance = min(distance) over (partition by emr_group)
        and distance = min(distance) over (partition by billing_group) as is_nearest_for_both
    from edges_{{ round }}
),

counted_{{ round }} as (
    select
        *,
        count(*) over (partition by emr_group) as edges_of_emr,
        count(*) over (partition by billing_group) as edges_of_billing,
        sum(billing_left) over (partition by emr_group) as wanted_of_emr,
        sum(emr_left) over (partition by billing_group) as wanted_of_billing
    from nearest_{{ round }}
    where is_nearest_for_both
),

decided_{{ round }} as (
    select
        *,
        {{ round }} as round,
        least(emr_left, billing_left) as pair_count,
        (edges_of_emr = 1 and edges_of_billing = 1)
        or (
            emr_left >= wanted_of_emr
            and max(edges_of_billing) over (partition by emr_group) = 1
        )
        or (
            billing_left >= wanted_of_billing
            and max(edges_of_emr) over (partition by billing_group) = 1
        ) as is_taken
    from counted_{{ round }}
),

edges_{{ round + 1 }} as (
    select
        edges.emr_group,
        edges.billing_group,
        edges.clinic_on,
        edges.other_on,
        edges.emr_left - coalesce(emr_used.pair_count, 0) as emr_left,
        edges.billing_left - coalesce(billing_used.pair_count, 0) as billing_left,
        edges.distance
    from edges_{{ round }} as edges
    left join (
        select emr_group, sum(pair_count)::bigint as pair_count, bool_and(is_taken) as is_taken
        from decided_{{ round }}
        group by emr_group
    ) as emr_used
        on edges.emr_group = emr_used.emr_group
    left join (
        select billing_group, sum(pair_count)::bigint as pair_count, bool_and(is_taken) as is_taken
        from decided_{{ round }}
        group by billing_group
    ) as billing_used
        on edges.billing_group = billing_used.billing_group
    where
        coalesce(emr_used.is_taken, true)
        and coalesce(billing_used.is_taken, true)
        and edges.emr_left > coalesce(emr_used.pair_count, 0)
        and edges.billing_left > coalesce(billing_used.pair_count, 0)
),
{% endfor %}
decided as (
    {% for round in range(rounds) %}
    select * from decided_{{ round }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

-- A group with several ends gives its first payments to the first of them, and so on.
placed as (
    select
        emr_group,
        billing_group,
        pair_count,
        sum(pair_count) over (
            partition by emr_group
            order by round, clinic_on, other_on, billing_group
        ) - pair_count as emr_before,
        sum(pair_count) over (
            partition by billing_group
            order by round, emr_group
        ) - pair_count as billing_before
    from decided
    where is_taken
),

pairs as (
    select
        emr_ranked.emr_payment_id,
        billing_ranked.billing_payment_id
    from (select *, unnest(range(1, pair_count + 1)) as position from placed) as places
    inner join emr_ranked
        on
            places.emr_group = emr_ranked.emr_group
            and places.emr_before + places.position = emr_ranked.payment_rank
    inner join billing_ranked
        on
            places.billing_group = billing_ranked.billing_group
            and places.billing_before + places.position = billing_ranked.payment_rank
),

-- What the rounds leave with an end in sight is as undecided as what had two ends equally near.
contested as (
    select emr_group, billing_group from decided where not is_taken
    union all
    select emr_group, billing_group from edges_{{ rounds }}
)

select
    emr_payment_id,
    billing_payment_id,
    false as is_contested
from pairs

union all

select
    emr_payment_id,
    null as billing_payment_id,
    true as is_contested
from emr_ranked
where
    emr_group in (select emr_group from contested)
    and emr_payment_id not in (select emr_payment_id from pairs)

union all

select
    null as emr_payment_id,
    billing_payment_id,
    true as is_contested
from billing_ranked
where
    billing_group in (select billing_group from contested)
    and billing_payment_id not in (select billing_payment_id from pairs)
{%- endmacro %}
