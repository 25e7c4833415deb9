"""The dashboards: what a practice opens in the morning, in the browser.

Reads the published file, the newest one at each request, and writes nothing but entries of the journal and
its own record of people and of who saw what. Does not belong here: what a run does, and what a person may
decide about a receipt (`journal`); the command that serves the pages hands that in as an `Office`.
"""
