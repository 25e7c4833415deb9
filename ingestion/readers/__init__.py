"""Readers: bytes of one format -> frames of text with record numbers, and text -> typed columns.

Belongs here: one module per file format, and `fields` for single values. Does not belong here: which columns
a source promises (`ingestion.contracts`) or what happens to a row that is refused (`ingestion.checking`).
"""
