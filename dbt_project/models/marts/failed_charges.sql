-- The last run that refused a charge says what it is refused for now; the runs before say how long it has been waiting.
with last_runs as (
    select
        *,
        max(run_position) over (partition by company_id, charge_record_id) as last_position
    from {{ ref('int_charges__failures') }}
),

standing as (
    select
        company_id,
        charge_record_id,
        run_number,
        run_on,
        max(practice_id) as practice_id,
        max(location_id) as location_id,
        max(claim_id) as claim_id,
        max(line_number) as line_number,
        max(patient_id) as patient_id,
        max(payer_id) as payer_id,
        max(amount) as amount,
        arg_min(reason_code, (precedence, reason_code)) as main_reason_code,
        arg_min(reason, (precedence, reason_code)) as main_reason,
        arg_min(owner, (precedence, reason_code)) as owner,
        arg_min(what_to_do, (precedence, reason_code)) as what_to_do,
        string_agg(reason_code, ', ' order by precedence, reason_code) as reason_codes,
        count(*) as reason_count,
        arg_min(file_hash, (precedence, reason_code)) as file_hash,
        arg_min(row_number, (precedence, reason_code)) as row_number,
        arg_min(load_id, (precedence, reason_code)) as load_id
    from last_runs
    where run_position = last_position
    group by company_id, charge_record_id, run_number, run_on
),

history as (
    select
        company_id,
        charge_record_id,
        min(failed_on) as oldest_failure_on,
        max(failed_on) as last_failure_on,
        count(distinct run_position) as failure_count
    from {{ ref('int_charges__failures') }}
    group by company_id, charge_record_id
),

-- What became of the charge between its refusals, and after the last one.
outcomes as (
    select
        company_id,
        charge_record_id,
        count(*) filter (where is_return) as bounce_count,
        arg_max(is_untouched, run_position) as is_returned_untouched,
        arg_max(is_let_pass, run_position) as is_let_pass,
        max(let_pass_on) as let_pass_on
    from {{ ref('int_charges__refusals') }}
    group by company_id, charge_record_id
),

decisions as (
    select
        company_id,
        charge_record_id,
        arg_max(action, entry_number) as last_action,
        max(entered_on) as last_entered_on
    from {{ ref('stg_journal__charge_entries') }}
    group by company_id, charge_record_id
),

dated as (
    select
        standing.*,
        history.oldest_failure_on,
        history.last_failure_on,
        history.failure_count,
        outcomes.bounce_count,
        outcomes.is_returned_untouched,
        outcomes.is_let_pass,
        outcomes.let_pass_on,
        decisions.last_action = 'reprocess' and decisions.last_entered_on > standing.run_on as is_reprocess_requested,
        decisions.last_entered_on,
        delays.delayed_until,
        delays.delay_reason,
        claims.service_on,
        claims.voided_on,
        coalesce({{ payer_has_answered('line_balances') }}, false) as is_adjudicated,
        {{ filing_due_on('claims.service_on', 'payers.filing_limit_days', 'payers.payer_kind') }} as filing_due_on
    from standing
    inner join history
        on
            standing.company_id = history.company_id
            and standing.charge_record_id = history.charge_record_id
    inner join outcomes
        on
            standing.company_id = outcomes.company_id
            and standing.charge_record_id = outcomes.charge_record_id
    left join decisions
        on
            standing.company_id = decisions.company_id
            and standing.charge_record_id = decisions.charge_record_id
    left join {{ ref('int_charges__delays') }} as delays
        on
            standing.company_id = delays.company_id
            and standing.charge_record_id = delays.charge_record_id
            and delays.back_on > {{ as_of() }}
    left join {{ ref('claims') }} as claims
        on standing.claim_id = claims.claim_id
    left join {{ ref('int_claims__line_balances') }} as line_balances
        on
            standing.claim_id = line_balances.claim_id
            and standing.line_number = line_balances.line_number
    left join {{ ref('stg_practice__payers') }} as payers
        on standing.payer_id = payers.payer_id
),

stated as (
    select
        *,
        case
            when voided_on is not null then 'voided'
            when is_adjudicated then 'adjudicated'
            when is_let_pass then 'released'
            when delayed_until is not null then 'delayed'
            when is_reprocess_requested then 'reprocess_requested'
            else 'failing'
        end as charge_status
    from dated
)

select
    company_id,
    practice_id,
    location_id,
    run_number,
    charge_record_id,
    claim_id,
    line_number,
    patient_id,
    payer_id,
    main_reason_code,
    main_reason,
    reason_codes,
    reason_count,
    owner,
    what_to_do,
    oldest_failure_on,
    last_failure_on,
    failure_count,
    bounce_count,
    {{ days_between('oldest_failure_on', as_of()) }} as days_since_oldest_failure,
    amount,
    service_on,
    filing_due_on,
    {{ days_between(as_of(), 'filing_due_on') }} as days_to_filing_limit,
    case
        when filing_due_on is null then 'not_evaluable'
        when filing_due_on < {{ as_of() }} then 'passed'
        when
            {{ days_between('service_on', as_of()) }} * 100 >= {{ days_between('service_on', 'filing_due_on') }} * 95
            then 'due'
        when
            {{ days_between('service_on', as_of()) }} * 100 >= {{ days_between('service_on', 'filing_due_on') }} * 80
            then 'near'
        else 'open'
    end as filing_status,
    charge_status,
    case when charge_status = 'reprocess_requested' then last_entered_on end as reprocess_requested_on,
    case when charge_status = 'delayed' then delayed_until end as delayed_until,
    case when charge_status = 'delayed' then delay_reason end as delay_reason,
    is_returned_untouched,
    case when is_let_pass then let_pass_on end as released_on,
    file_hash,
    row_number,
    load_id
from stated
