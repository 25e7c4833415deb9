{#- Pairs of lines of a payer and of ours within a claim payment, step by step; each step takes what the ones before left.

Reads the ctes theirs_0 (claim_payment_key, line_position) and ours_0 (claim_payment_key, line_number) with the columns that
the keys name. Gives the ctes pairs_1, pairs_2 … (claim_payment_key, line_position, line_number, match_method), and what is
left as theirs_n and ours_n. Lines that are equal in the key of a step pair in their order.

steps        name of the step; what must be equal on the payer's side and on ours; columns of the payer's line that must be
             there; whether it counts only where there is one such line on each side -#}
{% macro line_pairs(steps) -%}
{%- for method, their_key, our_key, required, is_single in steps %}
pairs_{{ loop.index }} as (
    select
        their_lines.claim_payment_key,
        their_lines.line_position,
        our_lines.line_number,
        '{{ method }}' as match_method
    from (
        select
            *,
            {{ their_key }} as line_key,
            row_number() over (partition by claim_payment_key, {{ their_key }} order by line_position) as turn,
            count(*) over (partition by claim_payment_key, {{ their_key }}) as alike_count
        from theirs_{{ loop.index0 }}
    ) as their_lines
    inner join (
        select
            *,
            {{ our_key }} as line_key,
            row_number() over (partition by claim_payment_key, {{ our_key }} order by line_number) as turn,
            count(*) over (partition by claim_payment_key, {{ our_key }}) as alike_count
        from ours_{{ loop.index0 }}
    ) as our_lines
        on
            their_lines.claim_payment_key = our_lines.claim_payment_key
            and their_lines.line_key = our_lines.line_key
            and their_lines.turn = our_lines.turn
    where
        their_lines.{{ required }} is not null
        {% if is_single -%}
        and their_lines.alike_count = 1
        and our_lines.alike_count = 1
        and their_lines.charge_amount <> 0
        {%- endif %}
),

theirs_{{ loop.index }} as (
    select lines.*
    from theirs_{{ loop.index0 }} as lines
    left join pairs_{{ loop.index }} as pairs
        on
            lines.claim_payment_key = pairs.claim_payment_key
            and lines.line_position = pairs.line_position
    where pairs.line_position is null
),

ours_{{ loop.index }} as (
    select lines.*
    from ours_{{ loop.index0 }} as lines
    left join pairs_{{ loop.index }} as pairs
        on
            lines.claim_payment_key = pairs.claim_payment_key
            and lines.line_number = pairs.line_number
    where pairs.line_number is null
),
{% endfor %}
{%- endmacro %}
