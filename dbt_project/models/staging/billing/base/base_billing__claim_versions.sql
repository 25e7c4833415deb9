{{ config(materialized='table') }}

{{ repeated_versions(source('bronze', 'claims'), ['claim_id']) }}
