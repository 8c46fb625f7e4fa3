"""Documents that are computed from the data when they are published, and never committed."""
