"""The posting rules as a compiled kernel over flat arrays grouped by patient; no Python object per row."""
