{{ config(materialized='table') }}

-- Everything that a rule asks of a charge, in one row, so that a rule is one condition and joins nothing. What no
-- source tells is null, and a condition on it is null as well: such a rule is not evaluable for the charge.
with payers as (
    select
        payers.*,
        coalesce(lower(payers.payer_kind) like '%medicare%', false) as is_medicare
    from {{ ref('stg_practice__payers') }} as payers
),

charges as (
    select
        coalesce(locations.company_id, '') as company_id,
        locations.practice_id,
        claims.location_id,
        locations.emr_location_id,
        claims.claim_id,
        claim_lines.line_number,
        claims.patient_id,
        claims.payer_id,
        payers.payer_kind,
        claims.payer_id is not null as is_insured,
        -- Without a directory nobody can be missing from it.
        case when exists (select 1 from payers) then payers.payer_id is not null end as is_known_payer,
        payers.clearinghouse_payer_id,
        payers.needs_authorization,
        payers.is_medicare,
        claims.service_on,
        claims.created_on,
        greatest(claims.loaded_on, claim_lines.loaded_on) as last_changed_on,
        {{ filing_due_on('claims.service_on', 'payers.filing_limit_days', 'payers.payer_kind') }} as filing_due_on,
        claim_lines.procedure_code,
        list_sort(string_split(upper(coalesce(claim_lines.modifiers, '')), ':')) as modifiers,
        claim_lines.units,
        claim_lines.timed_minutes,
        claim_lines.charge_amount as amount,
        {{ payer_has_answered('balances') }} as is_adjudicated,
        {{ money('balances.charge_amount - balances.adjustment_amount') }} as allowed_amount,
        min(claims.service_on) over () as history_from,
        claim_lines.file_hash,
        claim_lines.row_number,
        claim_lines.load_id
    from {{ ref('int_claims__line_balances') }} as balances
    inner join {{ ref('stg_billing__claim_lines') }} as claim_lines
        on
            balances.claim_id = claim_lines.claim_id
            and balances.line_number = claim_lines.line_number
    inner join {{ ref('stg_billing__claims') }} as claims
        on balances.claim_id = claims.claim_id
    left join {{ ref('stg_practice__locations') }} as locations
        on claims.location_id = locations.location_id
    left join payers
        on claims.payer_id = payers.payer_id
),

-- Billing's own id of a charge, where one of its exports named it.
record_ids as (
    select
        claim_id,
        line_number,
        arg_max(charge_record_id, (run_on, charge_record_id)) as charge_record_id,
        arg_max(coalesce(company_id, ''), (run_on, charge_record_id)) as company_id
    from {{ ref('stg_billing__failed_charges') }}
    where claim_id is not null
    group by claim_id, line_number
),

submitted_lines as (
    select
        submissions.claim_id,
        coalesce(try_cast(lines.line_control_number as bigint), try_cast(lines.line_number as bigint)) as line_number,
        max(coalesce(lines.place_of_service_code, submissions.place_of_service_code)) as place_of_service_code,
        max(coalesce(lines.authorization_number, submissions.authorization_number)) as authorization_number,
        max(coalesce(lines.rendering_provider_npi, submissions.rendering_provider_npi)) as rendering_provider_npi,
        max(coalesce(lines.referring_provider_npi, submissions.referring_provider_npi)) as referring_provider_npi,
        max(lines.diagnosis_pointer_1) as first_diagnosis_pointer,
        bool_or(
            {%- for place in [1, 2, 3, 4] %}
            {% if not loop.first %}or {% endif -%}
            not coalesce(
                try_cast(lines.diagnosis_pointer_{{ place }} as integer) between 1 and submissions.diagnosis_count, true
            )
            {%- endfor %}
        ) as has_pointer_out_of_range
    from {{ ref('int_charges__submissions') }} as submissions
    inner join {{ ref('stg_claims__submission_lines') }} as lines
        on {{ same_sent_claim('submissions', 'lines') }}
    group by all
),

providers as (
    select
        npi,
        min(provider_kind) as provider_kind,
        min(taxonomy_code) as taxonomy_code,
        min(nullif(trim(provider_name), '')) as provider_name
    from {{ ref('stg_practice__providers') }}
    group by npi
),

-- The table row that holds for a payer on a day: the practice's own before ours, one of the payer before its kind's.
payer_days as (
    select distinct
        payer_id,
        payer_kind,
        service_on
    from charges
    where is_insured
),

payer_rules as (
    select
        payer_days.payer_id,
        payer_days.service_on,
        rules.counting_method,
        rules.member_id_pattern,
        rules.needs_discipline_modifier,
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
),

procedure_days as (
    select distinct
        procedure_code,
        service_on
    from charges
),

procedure_rules as (
    select
        procedure_days.procedure_code,
        procedure_days.service_on,
        rules.is_timed,
        rules.is_therapy,
        rules.visit_kind,
        rules.max_units
    from procedure_days
    inner join ({{ with_own_rows(ref('procedure_rules'), ref('practice_procedure_rules')) }}) as rules
        on
            procedure_days.procedure_code = rules.procedure_code
            and {{ holds_on('rules', 'procedure_days.service_on') }}
    qualify row_number() over (
        partition by procedure_days.procedure_code, procedure_days.service_on
        order by rules.is_own desc, rules.effective_from desc
    ) = 1
),

thresholds as (
    select
        rules.*,
        row_number() over (
            partition by rules.discipline_group, rules.effective_from
            order by rules.is_own desc
        ) as precedence
    from ({{ with_own_rows(ref('therapy_thresholds'), ref('practice_therapy_thresholds')) }}) as rules
),

fee_days as (
    select
        procedure_days.procedure_code,
        procedure_days.service_on,
        max(fees.unit_amount) as unit_amount
    from procedure_days
    inner join {{ ref('practice_fees') }} as fees
        on
            procedure_days.procedure_code = fees.procedure_code
            and {{ holds_on('fees', 'procedure_days.service_on') }}
    group by procedure_days.procedure_code, procedure_days.service_on
),

-- A practice without a fee schedule has no unknown procedures.
fee_schedule as (
    select count(*) > 0 as is_known
    from {{ ref('practice_fees') }}
),

-- Of a claim from before the first 837 nobody knows whether it was sent.
sendings as (
    select min(last_sent_on) as known_from
    from {{ ref('int_charges__acknowledgements') }}
),

-- The lesser procedure of a pair is held while the other one stands beside it.
held_by_pairs as (
    select distinct
        held.claim_id,
        held.line_number,
        bool_or(not pairs.modifier_allowed) over (partition by held.claim_id, held.line_number) as is_never_paid
    from ({{ with_own_rows(ref('procedure_pairs'), ref('practice_procedure_pairs')) }}) as pairs
    inner join charges as held
        on
            pairs.held_procedure_code = held.procedure_code
            and {{ holds_on('pairs', 'held.service_on') }}
    inner join charges as other
        on
            held.patient_id = other.patient_id
            and held.service_on = other.service_on
            and held.payer_id = other.payer_id
            and pairs.procedure_code = other.procedure_code
),

authorizations as (
    select distinct on (authorization_id, patient_id, payer_id)
        authorization_id,
        patient_id,
        payer_id,
        effective_from,
        effective_until,
        list_transform(string_split(procedure_codes, ';'), code -> trim(code)) as procedure_codes,
        authorized_units,
        authorized_visits
    from {{ ref('stg_practice__authorizations') }}
    order by authorization_id, patient_id, payer_id, effective_from desc
),

-- The feed tells of notes by patient, clinic and day, and of an addendum that was not billed again.
feed as (
    select
        patient_id,
        emr_location_id,
        service_on,
        count(*) filter (where feed_kind = 'note') > 0 as has_note,
        bool_or(feed_status in ('Initiated', 'Validation OK (Pending)')) as has_open_note,
        bool_or(feed_status in ('Validation Failed', 'Transmission Failed', 'Not Sent')) as has_failed_feed,
        max(transmitted_on) filter (where feed_status = 'NOT RE-BILLED') as not_rebilled_on
    from {{ ref('stg_emr__claims_feed') }}
    where
        feed_kind in ('note', 'addendum')
        and service_on is not null
    group by patient_id, emr_location_id, service_on
),

joined as materialized (
    select
        charges.* exclude (company_id),
        coalesce(record_ids.company_id, charges.company_id) as company_id,
        coalesce(record_ids.charge_record_id, charges.claim_id || '-' || charges.line_number) as charge_record_id,
        submissions.claim_id is not null as is_submitted,
        submissions.diagnosis_count,
        submissions.has_old_diagnoses,
        submitted_lines.first_diagnosis_pointer,
        submitted_lines.claim_id is not null as is_submitted_line,
        submitted_lines.has_pointer_out_of_range,
        submissions.subscriber_id,
        submissions.born_on,
        submissions.sex_code,
        submissions.street,
        submissions.postal_code,
        submitted_lines.place_of_service_code,
        submitted_lines.authorization_number,
        submissions.billing_provider_npi,
        submitted_lines.rendering_provider_npi,
        submitted_lines.referring_provider_npi,
        billing.provider_kind as billing_provider_kind,
        rendering.npi is not null as is_known_provider,
        rendering.provider_kind as rendering_provider_kind,
        rendering.taxonomy_code as rendering_taxonomy_code,
        rendering.provider_name as rendering_provider_name,
        submissions.related_cause_code_1,
        submissions.accident_state,
        submissions.accident_on,
        submissions.is_without_primary_answer,
        acknowledgements.last_sent_on,
        acknowledgements.filed_on,
        sendings.known_from as sendings_known_from,
        acknowledgements.is_rejected,
        acknowledgements.rejected_on,
        acknowledgements.rejection,
        acknowledgements.file_hash as rejection_file_hash,
        acknowledgements.row_number as rejection_row_number,
        acknowledgements.load_id as rejection_load_id,
        payer_rules.counting_method,
        payer_rules.member_id_pattern,
        payer_rules.needs_discipline_modifier,
        payer_rules.needs_referring_provider,
        procedure_rules.procedure_code is not null as is_known_procedure,
        procedure_rules.is_timed,
        procedure_rules.is_therapy,
        procedure_rules.visit_kind,
        procedure_rules.max_units,
        case
            when list_has_any(charges.modifiers, ['GP', 'GN']) then 'PT_SLP'
            when list_contains(charges.modifiers, 'GO') then 'OT'
        end as discipline_group,
        fee_days.unit_amount,
        fee_schedule.is_known as is_fee_schedule_known,
        held_by_pairs.claim_id is not null as is_held_by_pair,
        coalesce(held_by_pairs.is_never_paid, false) as is_never_paid_with_pair,
        authorizations.authorization_id is not null as is_known_authorization,
        charges.service_on between authorizations.effective_from
        and coalesce(authorizations.effective_until, charges.service_on)
        and coalesce(list_contains(authorizations.procedure_codes, charges.procedure_code), true)
            as is_covered_by_authorization,
        authorizations.authorized_units,
        authorizations.authorized_visits,
        coalesce(feed.has_note, false) as has_note,
        feed.has_open_note,
        feed.has_failed_feed,
        feed.not_rebilled_on
    from charges
    left join record_ids
        on
            charges.claim_id = record_ids.claim_id
            and charges.line_number = record_ids.line_number
    left join {{ ref('int_charges__submissions') }} as submissions
        on charges.claim_id = submissions.claim_id
    left join submitted_lines
        on
            charges.claim_id = submitted_lines.claim_id
            and charges.line_number = submitted_lines.line_number
    left join {{ ref('int_charges__acknowledgements') }} as acknowledgements
        on charges.claim_id = acknowledgements.claim_id
    left join providers as billing
        on submissions.billing_provider_npi = billing.npi
    left join providers as rendering
        on submitted_lines.rendering_provider_npi = rendering.npi
    left join payer_rules
        on
            charges.payer_id = payer_rules.payer_id
            and charges.service_on = payer_rules.service_on
    left join procedure_rules
        on
            charges.procedure_code = procedure_rules.procedure_code
            and charges.service_on = procedure_rules.service_on
    left join fee_days
        on
            charges.procedure_code = fee_days.procedure_code
            and charges.service_on = fee_days.service_on
    cross join fee_schedule
    cross join sendings
    left join held_by_pairs
        on
            charges.claim_id = held_by_pairs.claim_id
            and charges.line_number = held_by_pairs.line_number
    left join authorizations
        on
            submitted_lines.authorization_number = authorizations.authorization_id
            and charges.patient_id = authorizations.patient_id
            and charges.payer_id = authorizations.payer_id
    left join feed
        on
            charges.patient_id = feed.patient_id
            and charges.emr_location_id = feed.emr_location_id
            and charges.service_on = feed.service_on
),

-- Counting sorts the charges several times, so it takes along no more than it counts.
facts as (
    select
        claim_id,
        line_number,
        patient_id,
        payer_id,
        is_medicare,
        service_on,
        created_on,
        procedure_code,
        array_to_string(modifiers, ':') as modifier_text,
        units,
        timed_minutes,
        amount,
        is_adjudicated,
        allowed_amount,
        is_timed,
        visit_kind,
        unit_amount,
        discipline_group,
        authorization_number,
        rendering_provider_npi
    from joined
),

counted as (
    select
        facts.claim_id,
        facts.line_number,
        -- Timed minutes and units of the day decide together; one line without minutes leaves them unknown.
        case
            when bool_and(facts.timed_minutes is not null) over day_of_timed
                then sum(facts.timed_minutes) over day_of_timed
        end as day_minutes,
        sum(facts.units) over day_of_timed as day_units,
        sum(facts.timed_minutes // 15) over day_of_timed as day_full_units,
        rank() over (day_of_timed order by facts.timed_minutes % 15 desc nulls last) as remainder_rank,
        -- Equal charges of a day, the first one first.
        row_number() over (equal_charges order by facts.created_on, facts.claim_id, facts.line_number)
            as equal_position,
        row_number() over (
            partition by
                facts.patient_id, facts.payer_id, facts.service_on, facts.procedure_code,
                facts.modifier_text, facts.units, facts.rendering_provider_npi
            order by facts.created_on, facts.claim_id, facts.line_number
        ) as equal_position_of_provider,
        bool_or(facts.unit_amount is null) over (
            partition by facts.patient_id, facts.payer_id, facts.service_on
        ) as has_unknown_procedure_on_day,
        count(*) over (partition by facts.patient_id, facts.payer_id, facts.service_on) as day_charge_count,
        count(*) filter (where facts.visit_kind is not null) over (
            partition by facts.patient_id, facts.payer_id, facts.service_on
        ) as day_visit_count,
        max(facts.service_on) over (
            partition by facts.patient_id
            order by facts.service_on
            range between unbounded preceding and interval 1 day preceding
        ) as previous_service_on,
        sum(facts.units) over (
            used_authorization order by facts.service_on, facts.claim_id, facts.line_number
        ) as authorization_units_used,
        dense_rank() over (used_authorization order by facts.service_on) as authorization_visits_used,
        -- What the payer allowed is known once it answered; until then it is between nothing and the charge.
        {{ money('sum(case when facts.is_adjudicated then facts.allowed_amount else 0 end) over year_of_discipline') }}
            as least_allowed_amount,
        {{ money(
            'sum(case when facts.is_adjudicated then facts.allowed_amount else facts.amount end)'
            ~ ' over year_of_discipline'
        ) }} as most_allowed_amount
    from facts
    window
        day_of_timed as (partition by facts.patient_id, facts.payer_id, facts.service_on, facts.is_timed),
        equal_charges as (
            partition by
                facts.patient_id, facts.payer_id, facts.service_on, facts.procedure_code,
                facts.modifier_text, facts.units
        ),
        used_authorization as (partition by facts.patient_id, facts.payer_id, facts.authorization_number),
        year_of_discipline as (
            partition by
                facts.patient_id, facts.is_medicare, facts.discipline_group, date_part('year', facts.service_on)
            order by facts.service_on, facts.claim_id, facts.line_number
        )
)

select
    joined.* exclude (timed_minutes, emr_location_id),
    counted.* exclude (claim_id, line_number, day_minutes, day_full_units, remainder_rank),
    joined.timed_minutes,
    {{ units_of_minutes('counted.day_minutes') }} as day_units_allowed,
    -- The units that a procedure gets of the day's: one for each quarter of an hour of its own, and one of those that
    -- the rests of all procedures give together, longest rest first. Equal rests may both claim it.
    joined.timed_minutes // 15
    + cast(
        joined.timed_minutes % 15 > 0
        and counted.remainder_rank
        <= {{ units_of_minutes('counted.day_minutes') }} - counted.day_full_units
        as integer
    ) as line_units_allowed,
    joined.timed_minutes // 15 + cast(joined.timed_minutes % 15 >= 8 as integer) as midpoint_units_allowed,
    thresholds.threshold_amount
from joined
inner join counted
    on
        joined.claim_id = counted.claim_id
        and joined.line_number = counted.line_number
left join thresholds
    on
        joined.discipline_group = thresholds.discipline_group
        and {{ holds_on('thresholds', 'joined.service_on') }}
        and thresholds.precedence = 1
