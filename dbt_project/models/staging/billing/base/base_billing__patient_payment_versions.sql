{{ config(materialized='table') }}

{{ repeated_versions(source('bronze', 'billing_payments'), ['billing_payment_id']) }}
