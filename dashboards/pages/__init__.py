"""The pages, one module for each kind. Every handler is declared with `dashboards.routing.guarded`."""
