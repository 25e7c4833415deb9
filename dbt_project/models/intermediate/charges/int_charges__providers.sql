{{ config(materialized='table') }}

-- A check digit is worked out once for a number, not for each charge that names it.
with named as (
    select billing_provider_npi as npi
    from {{ ref('int_charges__submissions') }}

    union

    select rendering_provider_npi as npi
    from {{ ref('int_charges__submission_lines') }}

    union

    select referring_provider_npi as npi
    from {{ ref('int_charges__submission_lines') }}
),

directory as (
    select
        npi,
        min(provider_kind) as provider_kind,
        min(taxonomy_code) as taxonomy_code,
        min(nullif(trim(provider_name), '')) as provider_name,
        min(license_number) as license_number,
        max(license_expires_on) as license_expires_on
    from {{ ref('stg_practice__providers') }}
    group by npi
),

-- A directory without licences misses none.
licences as (
    select count(license_number) > 0 as is_known
    from {{ ref('stg_practice__providers') }}
)

select
    named.npi,
    {{ npi_is_valid('named.npi') }} as is_valid,
    directory.npi is not null as is_in_directory,
    directory.provider_kind,
    directory.taxonomy_code,
    directory.provider_name,
    licences.is_known and directory.npi is not null and directory.license_number is null as is_without_license,
    directory.license_expires_on
from named
cross join licences
left join directory
    on named.npi = directory.npi
where named.npi is not null
