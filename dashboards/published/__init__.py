"""The published file as the pages read it."""
