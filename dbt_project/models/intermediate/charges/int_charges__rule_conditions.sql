{{ config(materialized='table') }}

-- One column per rule: whether the charge breaks it. Null says that the sources cannot decide it: never a pass.
-- Which payers and days a rule is for, how hard it stops a charge and whose work it is: seeds.charge_rules.
{% set repeats = "['76', '77', '91', '59', 'XE', 'XP', 'XS', 'XU']" %}
{% set apart = "['59', 'XE', 'XP', 'XS', 'XU']" %}

select
    company_id,
    charge_record_id,
    claim_id,
    line_number,
    payer_kind,
    is_insured,
    service_on,
    amount,

    -- FC01 Diagnosis missing.
    case when is_submitted_line then diagnosis_count = 0 or first_diagnosis_pointer is null end as fc01,

    -- FC02 Diagnosis pointer out of range. A claim without diagnoses is FC01's.
    case when is_submitted_line then diagnosis_count > 12 or (diagnosis_count > 0 and has_pointer_out_of_range) end
        as fc02,

    -- FC03 Diagnosis in the wrong code version.
    has_old_diagnoses as fc03,

    -- FC04 Provider number missing or wrong: a claim of an organization names the person who treated.
    case
        when is_submitted_line
            then
                not is_billing_npi_valid
                or coalesce(not is_rendering_npi_valid, false)
                or coalesce(rendering_provider_kind = 'Organization', false)
                or (rendering_provider_npi is null and billing_provider_kind is distinct from 'Individual')
    end as fc04,

    -- FC05 Provider record incomplete: name, taxonomy and kind of who treated, and a licence that holds. Of a provider
    -- whom the directory does not have, only the claim can say.
    case
        when is_treating_provider_known
            then
                coalesce(directory_taxonomy_code, claimed_taxonomy_code) is null
                or not (is_treating_provider_named or coalesce(is_treating_provider_claimed, false))
                or treating_provider_kind is null
                or is_without_license
                or coalesce(license_expires_on < service_on, false)
        when is_submitted_line and is_treating_provider_claimed and claimed_taxonomy_code is not null then false
    end as fc05,

    -- FC06 Member id missing or malformed.
    case
        when is_submitted
            then
                subscriber_id is null
                or not coalesce(is_member_id_well_formed, true)
    end as fc06,

    -- FC07 Payer not mapped to the clearinghouse.
    case when is_known_payer then clearinghouse_payer_id is null else not is_known_payer end as fc07,

    -- FC08 Patient's record incomplete.
    case
        when is_submitted
            then
                born_on is null
                or not has_street
                or coalesce(sex_code, '') not in ('F', 'M', 'U')
                or not coalesce(regexp_full_match(postal_code, '[0-9]{5}([0-9]{4})?'), false)
    end as fc08,

    -- FC09 Authorization missing, expired or used up. A number of zeros only stands for none.
    case
        when not needs_authorization then false
        when needs_authorization and is_submitted_line
            then
                authorization_number is null
                or ltrim(authorization_number, '0') = ''
                or not is_known_authorization
                or not is_covered_by_authorization
                or is_authorization_used_up
    end as fc09,

    -- FC10 Filing limit passed before the claim was filed. A rejected claim was not filed; of a claim from before the
    -- first 837 nobody knows.
    case
        when is_adjudicated then false
        when filing_due_on is null then null
        when filed_on is not null then filed_on > filing_due_on
        when {{ as_of() }} <= filing_due_on then false
        when last_sent_on is not null or created_on >= sendings_known_from then true
    end as fc10,

    -- FC11 Looks like a charge that was billed before.
    (equal_position_of_provider > 1 or (rendering_provider_npi is null and equal_position > 1))
    and not list_has_any(modifiers, {{ repeats }}) as fc11,

    -- FC12 Procedure not in the fee schedule; the whole visit waits.
    case when is_fee_schedule_known then has_procedure_without_fee_on_day end as fc12,

    -- FC13 No charge, no units or more units than allowed.
    amount <= 0 or units <= 0 or coalesce(units > max_units, false) as fc13,

    -- FC14 More timed units than the minutes give, for payers who count the minutes of the day.
    case
        when is_known_procedure and not is_timed then false
        when is_timed and counting_method = 'eight_minute' then day_units > day_units_allowed
        when is_timed and counting_method is not null then false
    end as fc14,

    -- FC15 Timed units on the wrong procedures. Too many of them in all are FC14's.
    case
        when is_known_procedure and not is_timed then false
        when is_timed and counting_method = 'eight_minute' and day_units_allowed is not null
            then day_units <= day_units_allowed and units > line_units_allowed
        when is_timed and counting_method <> 'eight_minute' then false
    end as fc15,

    -- FC16 Units counted by another payer's method: here each procedure counts for itself, from 8 of 15 minutes on.
    case
        when is_known_procedure and not is_timed then false
        when is_timed and counting_method = 'midpoint' then units > midpoint_units_allowed
        when is_timed and counting_method is not null then false
    end as fc16,

    -- FC17 Therapy discipline modifier missing.
    case
        when needs_discipline_modifier and is_known_procedure
            then is_therapy and not list_has_any(modifiers, ['GP', 'GO', 'GN'])
        when not needs_discipline_modifier then false
    end as fc17,

    -- FC18 Assistant modifier missing, or without its discipline. That an assistant treated is known by the taxonomy;
    -- whether one helped a therapist is in no source.
    case
        when list_contains(modifiers, 'CQ') and not list_contains(modifiers, 'GP') then true
        when list_contains(modifiers, 'CO') and not list_contains(modifiers, 'GO') then true
        when not needs_assistant_modifier or not is_therapy then false
        when coalesce(directory_taxonomy_code, claimed_taxonomy_code) = '225200000X'
            then case when needs_assistant_modifier and is_therapy then not list_contains(modifiers, 'CQ') end
        when coalesce(directory_taxonomy_code, claimed_taxonomy_code) = '224Z00000X'
            then case when needs_assistant_modifier and is_therapy then not list_contains(modifiers, 'CO') end
        when list_has_any(modifiers, ['CQ', 'CO']) then false
    end as fc18,

    -- FC19 Above the yearly threshold without KX. It is broken once even the least that can have been allowed is above,
    -- and kept while even the most is not. The practice's table of allowed amounts brings the two together.
    case
        when is_known_procedure and not is_therapy then false
        when list_contains(modifiers, 'KX') then false
        when least_allowed_amount > threshold_amount then true
        when most_allowed_amount <= threshold_amount then false
    end as fc19,

    -- FC20 Two procedures that are not paid together, by the pairs that are loaded.
    is_held_by_pair and (is_never_paid_with_pair or not list_has_any(modifiers, {{ apart }})) as fc20,

    -- FC22 Referring provider missing.
    case
        when needs_referring_provider and is_known_procedure and is_submitted_line
            then is_therapy and not is_referring_npi_valid
        when not needs_referring_provider then false
    end as fc22,

    -- FC24 Place of service missing, unknown on the day, or not that of the location. Services away from it, at home or
    -- by telehealth, any location may bill.
    case
        when is_submitted_line and not is_known_place then true
        when is_submitted_line and is_place_away_from_location then false
        when is_submitted_line then place_of_service_code <> location_place_code
    end as fc24,

    -- FC25 Visit and procedure on one day without a modifier.
    coalesce(visit_kind is not null and day_charge_count > day_visit_count, false)
    and not list_contains(modifiers, '25') as fc25,

    -- FC26 New-patient visit of a patient known before: three years of history decide it.
    case
        when visit_kind is distinct from 'new' then false
        when previous_service_on > service_on - interval 3 years then true
        when history_from <= service_on - interval 3 years then false
    end as fc26,

    -- FC27 Accident or employer missing. Payers of workers compensation want day, cause and employer, those of cars
    -- day, cause and state; whoever names a cause names the day. An employer is known as the subscriber of the claim.
    case
        when is_submitted and (is_of_work or is_of_car) and (accident_on is null or related_cause_code_1 is null)
            then true
        when is_submitted and related_cause_code_1 is not null and accident_on is null then true
        when is_submitted and (is_of_car or related_cause_code_1 = 'AA') and accident_state is null then true
        when is_submitted and is_of_work then not is_employer_named
        when is_submitted then false
    end as fc27,

    -- FC28 Secondary billed before the primary.
    case when is_submitted then is_without_primary_answer end as fc28,

    -- FC29 Note not final, or an addendum after the last change of what is billed.
    case when has_note then has_open_note or coalesce(not_rebilled_on > last_changed_on, false) end as fc29,

    -- FC30 Feed did not deliver the charge.
    case when has_note then has_failed_feed end as fc30,

    -- FC31 Rejected by the clearinghouse or the payer. Without an answer the claim is waiting.
    is_rejected as fc31,

    -- FC32 Sent, and a month later not adjudicated.
    case
        when is_adjudicated then false
        when last_sent_on is not null then {{ days_between('last_sent_on', as_of()) }} > 30
    end as fc32,

    -- FC34 Charge is not that of the fee schedule.
    amount <> units * unit_amount as fc34,

    -- FC36 Day of service impossible: ahead, before birth, or after the stay as an inpatient that the claim is of. When
    -- a course of therapy ended is in no source.
    service_on > created_on
    or service_on < born_on
    or coalesce(service_on > discharged_on, false) as fc36
from {{ ref('int_charges__subjects') }}
