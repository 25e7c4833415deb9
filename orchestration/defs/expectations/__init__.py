"""Expectations: what is acceptable in each mart, and the exceptions it leaves."""
