"""The published warehouse that readers open."""
