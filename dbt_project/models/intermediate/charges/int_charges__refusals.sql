{{ config(materialized='table') }}

-- A charge that a run does not refuse was let pass, unless a person had delayed it: then the run left it out. What a
-- person sends again, by a reprocess, a release or the end of a delay, and a run refuses again, has come back as well.
-- What our own rules and the acknowledgements say stands today and holds a charge back, but is no refusal of a run.
with refusals as (
    select
        company_id,
        charge_record_id,
        run_position,
        min(run_on) as run_on,
        bool_or(origin = 'formatter_run') as is_of_run,
        string_agg(distinct reason_code, ', ' order by reason_code) filter (where origin = 'formatter_run') as reason_codes
    from {{ ref('int_charges__failures') }}
    group by company_id, charge_record_id, run_position
),

last_runs as (
    select
        company_id,
        max(run_position) as last_position
    from {{ ref('int_charges__runs') }}
    group by company_id
),

spans as (
    select
        refusals.*,
        lag(refusals.reason_codes) over charge as previous_reason_codes,
        lag(refusals.run_on) over charge as previous_run_on,
        lead(refusals.run_position, 1, coalesce(last_runs.last_position, 0) + 1) over charge as next_position
    from refusals
    left join last_runs
        on refusals.company_id = last_runs.company_id
    window charge as (partition by refusals.company_id, refusals.charge_record_id order by refusals.run_position)
),

left_out as (
    select
        spans.company_id,
        spans.charge_record_id,
        spans.run_position,
        count(distinct runs.run_position) as run_count
    from spans
    inner join {{ ref('int_charges__delays') }} as delays
        on
            spans.company_id = delays.company_id
            and spans.charge_record_id = delays.charge_record_id
    inner join {{ ref('int_charges__runs') }} as runs
        on
            spans.company_id = runs.company_id
            and spans.run_position < runs.run_position
            and spans.next_position > runs.run_position
            and delays.delayed_on <= runs.run_on
            and delays.back_on > runs.run_on
    group by spans.company_id, spans.charge_record_id, spans.run_position
),

sent_on as (
    select
        company_id,
        charge_record_id,
        entered_on as sent_on
    from {{ ref('stg_journal__charge_entries') }}
    where action in ('reprocess', 'release')

    union all

    select
        company_id,
        charge_record_id,
        back_on as sent_on
    from {{ ref('int_charges__delays') }}
    where back_on = delayed_until
),

sent_again as (
    select distinct
        spans.company_id,
        spans.charge_record_id,
        spans.run_position
    from spans
    inner join sent_on
        on
            spans.company_id = sent_on.company_id
            and spans.charge_record_id = sent_on.charge_record_id
            and spans.previous_run_on < sent_on.sent_on
            and spans.run_on >= sent_on.sent_on
),

passed as (
    select
        spans.*,
        spans.next_position - spans.run_position - 1 > coalesce(left_out.run_count, 0) as is_let_pass,
        -- A charge is not delayed once it was let pass, so the runs that left it out come first.
        spans.run_position + coalesce(left_out.run_count, 0) + 1 as passing_position,
        sent_again.run_position is not null as is_sent_again
    from spans
    left join left_out
        on
            spans.company_id = left_out.company_id
            and spans.charge_record_id = left_out.charge_record_id
            and spans.run_position = left_out.run_position
    left join sent_again
        on
            spans.company_id = sent_again.company_id
            and spans.charge_record_id = sent_again.charge_record_id
            and spans.run_position = sent_again.run_position
)

select
    passed.company_id,
    passed.charge_record_id,
    passed.run_position,
    passed.run_on,
    passed.is_of_run and (passed.is_sent_again or coalesce(lag(passed.is_let_pass) over charge, false)) as is_return,
    passed.is_of_run and passed.is_sent_again and passed.reason_codes = passed.previous_reason_codes as is_untouched,
    passed.is_let_pass,
    case when passed.is_let_pass then runs.run_on end as let_pass_on
from passed
left join {{ ref('int_charges__runs') }} as runs
    on
        passed.company_id = runs.company_id
        and passed.passing_position = runs.run_position
window charge as (partition by passed.company_id, passed.charge_record_id order by passed.run_position)
