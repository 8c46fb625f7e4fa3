"""What changes upstream: what came, what is deprecated, what went, and who still uses it."""
