"""The warehouse: staging, intermediate and marts, built by dbt."""
