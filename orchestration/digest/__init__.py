"""The morning digest: what is new, what is due, what cleared, and the verdict of a published run.

Belongs here: what it says, its two forms, and sending it. Does not belong here: names, amounts and anything
else of a patient: a digest is counts and links, because mail is read by anybody on its way.
"""
