-- Everything that a rule asks of a charge, in one row, so that a rule is one condition and joins nothing. What no
-- source tells is null, and a condition on it is null as well: such a rule is not evaluable for the charge.
-- Nothing is kept here: so wide a row of each charge would cost more than all the rules.
with history as (
    select min(service_on) as known_from
    from {{ ref('int_charges__billed') }}
),

-- Of a claim from before the first 837 nobody knows whether it was sent.
sendings as (
    select min(first_sent_on) as known_from
    from {{ ref('int_charges__acknowledgements') }}
),

-- A pattern is read anew for every row, so a member id is looked at once.
member_ids as (
    select
        ids.payer_id,
        ids.service_on,
        ids.subscriber_id,
        regexp_full_match(ids.subscriber_id, ids.member_id_pattern) as is_well_formed
    from (
        select distinct
            charges.payer_id,
            charges.service_on,
            submissions.subscriber_id,
            rules.member_id_pattern
        from {{ ref('int_charges__billed') }} as charges
        inner join {{ ref('int_charges__submissions') }} as submissions
            on charges.claim_id = submissions.claim_id
        inner join {{ ref('int_charges__payer_rules') }} as rules
            on
                charges.payer_id = rules.payer_id
                and charges.service_on = rules.service_on
                and rules.member_id_pattern is not null
    ) as ids
)

select
    charges.company_id,
    charges.charge_record_id,
    charges.claim_id,
    charges.line_number,
    charges.payer_kind,
    charges.is_insured,
    charges.is_known_payer,
    charges.clearinghouse_payer_id,
    charges.needs_authorization,
    charges.service_on,
    charges.created_on,
    charges.last_changed_on,
    charges.filing_due_on,
    string_split(charges.modifiers, ':') as modifiers,
    charges.units,
    charges.amount,
    charges.is_adjudicated,
    history.known_from as history_from,
    submissions.claim_id is not null as is_submitted,
    submissions.diagnosis_count,
    submissions.has_old_diagnoses,
    submissions.subscriber_id,
    member_ids.is_well_formed as is_member_id_well_formed,
    submissions.born_on,
    submissions.sex_code,
    submissions.has_street,
    submissions.postal_code,
    submissions.related_cause_code_1,
    submissions.accident_state,
    submissions.accident_on,
    submissions.is_employer_named,
    -- The directory says whom the practice bills, and the claim (SBR09) as whom it takes the payer.
    coalesce(lower(charges.payer_kind) like '%workers%', false)
    or coalesce(submissions.filing_indicator_code = 'WC', false) as is_of_work,
    coalesce(lower(charges.payer_kind) like '%auto%', false)
    or coalesce(submissions.filing_indicator_code = 'AM', false) as is_of_car,
    submissions.discharged_on,
    submissions.is_without_primary_answer,
    lines.claim_id is not null as is_submitted_line,
    lines.first_diagnosis_pointer,
    lines.has_pointer_out_of_range,
    lines.place_of_service_code,
    places.place_of_service_code is not null as is_known_place,
    places.is_away_from_location as is_place_away_from_location,
    charges.location_place_code,
    lines.authorization_number,
    lines.rendering_provider_npi,
    coalesce(billing.is_valid, false) as is_billing_npi_valid,
    billing.provider_kind as billing_provider_kind,
    rendering.is_valid as is_rendering_npi_valid,
    rendering.provider_kind as rendering_provider_kind,
    -- Who treated is the billing provider where the claim names nobody else.
    coalesce(treating.is_in_directory, false) as is_treating_provider_known,
    case
        when lines.rendering_provider_npi is not null then lines.rendering_provider_taxonomy_code
        else submissions.billing_provider_taxonomy_code
    end as claimed_taxonomy_code,
    case
        when lines.rendering_provider_npi is not null then lines.is_rendering_provider_named
        else submissions.is_billing_provider_named
    end as is_treating_provider_claimed,
    treating.taxonomy_code as directory_taxonomy_code,
    treating.provider_name is not null as is_treating_provider_named,
    treating.provider_kind as treating_provider_kind,
    coalesce(treating.is_without_license, false) as is_without_license,
    treating.license_expires_on,
    coalesce(referring.is_valid, false) as is_referring_npi_valid,
    acknowledgements.last_sent_on,
    acknowledgements.filed_on,
    sendings.known_from as sendings_known_from,
    acknowledgements.is_rejected,
    payer_rules.counting_method,
    payer_rules.needs_discipline_modifier,
    payer_rules.needs_assistant_modifier,
    payer_rules.needs_referring_provider,
    procedures.is_known_procedure,
    procedures.is_timed,
    procedures.is_therapy,
    procedures.visit_kind,
    procedures.max_units,
    procedures.unit_amount,
    procedures.is_without_fee is not null as is_fee_schedule_known,
    pairs.claim_id is not null as is_held_by_pair,
    coalesce(pairs.is_never_paid, false) as is_never_paid_with_pair,
    authorizations.claim_id is not null as is_known_authorization,
    authorizations.is_covered as is_covered_by_authorization,
    authorizations.is_used_up as is_authorization_used_up,
    coalesce(notes.has_note, false) as has_note,
    notes.has_open_note,
    notes.has_failed_feed,
    notes.not_rebilled_on,
    timed.day_units,
    timed.day_units_allowed,
    timed.line_units_allowed,
    timed.midpoint_units_allowed,
    coalesce(repeats.equal_position, 1) as equal_position,
    coalesce(repeats.equal_position_of_provider, 1) as equal_position_of_provider,
    coalesce(days.has_procedure_without_fee, false) as has_procedure_without_fee_on_day,
    days.charge_count as day_charge_count,
    days.visit_count as day_visit_count,
    days.previous_service_on,
    years.least_allowed_amount,
    years.most_allowed_amount,
    years.threshold_amount
from {{ ref('int_charges__billed') }} as charges
cross join history
cross join sendings
left join {{ ref('int_charges__submissions') }} as submissions
    on charges.claim_id = submissions.claim_id
left join {{ ref('int_charges__submission_lines') }} as lines
    on
        charges.claim_id = lines.claim_id
        and charges.line_number = lines.line_number
left join {{ ref('int_charges__acknowledgements') }} as acknowledgements
    on charges.claim_id = acknowledgements.claim_id
left join {{ ref('int_charges__providers') }} as billing
    on submissions.billing_provider_npi = billing.npi
left join {{ ref('int_charges__providers') }} as rendering
    on lines.rendering_provider_npi = rendering.npi
left join {{ ref('int_charges__providers') }} as treating
    on coalesce(lines.rendering_provider_npi, submissions.billing_provider_npi) = treating.npi
left join {{ ref('int_charges__providers') }} as referring
    on lines.referring_provider_npi = referring.npi
left join {{ ref('int_charges__payer_rules') }} as payer_rules
    on
        charges.payer_id = payer_rules.payer_id
        and charges.service_on = payer_rules.service_on
left join member_ids
    on
        charges.payer_id = member_ids.payer_id
        and charges.service_on = member_ids.service_on
        and submissions.subscriber_id = member_ids.subscriber_id
left join {{ ref('int_charges__procedure_rules') }} as procedures
    on
        charges.procedure_code = procedures.procedure_code
        and charges.service_on = procedures.service_on
left join {{ ref('places_of_service') }} as places
    on
        lines.place_of_service_code = places.place_of_service_code
        and {{ holds_on('places', 'charges.service_on') }}
left join {{ ref('int_charges__held_pairs') }} as pairs
    on
        charges.claim_id = pairs.claim_id
        and charges.line_number = pairs.line_number
left join {{ ref('int_charges__authorization_use') }} as authorizations
    on
        charges.claim_id = authorizations.claim_id
        and charges.line_number = authorizations.line_number
left join {{ ref('int_charges__notes') }} as notes
    on
        charges.patient_id = notes.patient_id
        and charges.emr_location_id = notes.emr_location_id
        and charges.service_on = notes.service_on
left join {{ ref('int_charges__timed_units') }} as timed
    on
        charges.claim_id = timed.claim_id
        and charges.line_number = timed.line_number
left join {{ ref('int_charges__repeats') }} as repeats
    on
        charges.claim_id = repeats.claim_id
        and charges.line_number = repeats.line_number
left join {{ ref('int_charges__visit_days') }} as days
    on
        charges.patient_id = days.patient_id
        and charges.service_on = days.service_on
        and coalesce(charges.payer_id, '') = coalesce(days.payer_id, '')
left join {{ ref('int_charges__therapy_years') }} as years
    on
        charges.claim_id = years.claim_id
        and charges.line_number = years.line_number
