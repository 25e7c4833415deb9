{{ config(materialized='table') }}

{{ repeated_versions(source('bronze', 'claim_lines'), ['claim_id', 'line_number']) }}
