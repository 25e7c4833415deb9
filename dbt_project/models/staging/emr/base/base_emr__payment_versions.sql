{{ config(materialized='table') }}

{{ repeated_versions(source('bronze', 'emr_payments'), ['emr_payment_id']) }}
