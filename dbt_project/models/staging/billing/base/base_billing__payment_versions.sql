{{ config(materialized='table') }}

{{ repeated_versions(source('bronze', 'payments'), ['payment_id']) }}
