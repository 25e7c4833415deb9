{#- In this order a side that stands alone looks for its other half: the names of the columns that must agree. -#}
{%- set looks = [
    ('other_date', ['receipt_id', 'claim_id', 'line_number', 'amount']),
    ('other_line', ['receipt_id', 'posted_on', 'amount']),
    ('other_line', ['receipt_id', 'amount']),
    ('other_amount', ['receipt_id', 'claim_id', 'line_number']),
] -%}
with sides as (
    select
        *,
        case side when 'actual' then actual_amount else computed_amount end as amount,
        row_number() over (order by receipt_id, claim_id, line_number, posted_on) as side_number
    from {{ ref('int_posting__open_sides') }}
),

paired_0 as (
    select
        side_number as computed_number,
        side_number as actual_number,
        'other_amount' as difference
    from sides
    where side = 'both'
),

{% for difference, columns in looks -%}
    lonely_{{ loop.index }} as (
        select
            sides.*,
            row_number() over (partition by sides.side, {{ columns | join(', ') }} order by sides.side_number) as turn
        from sides
        where
            sides.side_number not in (select paired.computed_number from paired_{{ loop.index0 }} as paired)
            and sides.side_number not in (select paired.actual_number from paired_{{ loop.index0 }} as paired)
    ),

    paired_{{ loop.index }} as (
        select
            computed_number,
            actual_number,
            difference
        from paired_{{ loop.index0 }}

        union all

        select
            computed.side_number as computed_number,
            actual.side_number as actual_number,
            '{{ difference }}' as difference
        from lonely_{{ loop.index }} as computed
        inner join lonely_{{ loop.index }} as actual
            on
                computed.turn = actual.turn
                {%- for column in columns %}
                    and computed.{{ column }} = actual.{{ column }}
                {%- endfor %}
        where
            computed.side = 'computed'
            and actual.side = 'actual'
    ),

{% endfor -%}
every_difference as (
    select
        computed_number,
        actual_number,
        difference
    from paired_{{ looks | length }}

    union all

    select
        case when side = 'computed' then side_number end as computed_number,
        case when side = 'actual' then side_number end as actual_number,
        case side when 'computed' then 'missing' else 'extra' end as difference
    from sides
    where
        side_number not in (select paired.computed_number from paired_{{ looks | length }} as paired)
        and side_number not in (select paired.actual_number from paired_{{ looks | length }} as paired)
)

select
    coalesce(computed.receipt_id, actual.receipt_id) as receipt_id,
    cast(row_number() over (
        partition by coalesce(computed.receipt_id, actual.receipt_id)
        order by coalesce(computed.side_number, actual.side_number)
    ) as integer) as difference_number,
    every_difference.difference,
    computed.claim_id as computed_claim_id,
    computed.line_number as computed_line_number,
    computed.posted_on as computed_posted_on,
    {{ money('coalesce(computed.computed_amount, 0)') }} as computed_amount,
    actual.claim_id as actual_claim_id,
    actual.line_number as actual_line_number,
    actual.posted_on as actual_posted_on,
    {{ money('coalesce(actual.actual_amount, 0)') }} as actual_amount,
    {{ money('coalesce(computed.computed_amount, 0) - coalesce(actual.actual_amount, 0)') }} as difference_amount
from every_difference
left join sides as computed
    on every_difference.computed_number = computed.side_number
left join sides as actual
    on every_difference.actual_number = actual.side_number
