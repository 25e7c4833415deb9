{{ config(materialized='table') }}

{{ repeated_versions(source('bronze', 'receipts'), ['receipt_id']) }}
