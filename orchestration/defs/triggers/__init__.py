"""What starts the nightly job: the schedule and the new-file sensor."""
