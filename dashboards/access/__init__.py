"""Who a person is, what that person may do, which locations that covers, and the log of it."""
