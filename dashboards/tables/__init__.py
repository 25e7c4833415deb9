"""One table for every page: described as data, asked for by a URL, read through one query builder."""
