{{ config(materialized='table') }}

-- A line says what is its own; what it does not say holds for the whole claim.
select
    submissions.claim_id,
    coalesce(try_cast(lines.line_control_number as bigint), try_cast(lines.line_number as bigint)) as line_number,
    max(coalesce(lines.place_of_service_code, submissions.place_of_service_code)) as place_of_service_code,
    max(coalesce(lines.authorization_number, submissions.authorization_number)) as authorization_number,
    max(coalesce(lines.rendering_provider_npi, submissions.rendering_provider_npi)) as rendering_provider_npi,
    max(coalesce(lines.rendering_provider_taxonomy_code, submissions.rendering_provider_taxonomy_code))
        as rendering_provider_taxonomy_code,
    -- A line names who treated by number alone.
    bool_or(
        coalesce(lines.rendering_provider_npi, submissions.rendering_provider_npi) = submissions.rendering_provider_npi
        and submissions.is_rendering_provider_named
    ) as is_rendering_provider_named,
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
