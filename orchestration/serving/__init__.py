"""Serving the dashboards for one home folder: what they are handed, so that they need not know this house.

Belongs here: an `Office` made of the desks, the stories, the statement and the replay. Does not belong here:
pages (`dashboards`), or anything that a run does.
"""
