"""The tie-out statement: what the EMR says, what billing says, and every reconciling item between them.

Belongs here: reading a statement from a published file and writing it as text, workbook or page. Does not
belong here: how differences are found and classed (the marts), or the options of the command.
"""
