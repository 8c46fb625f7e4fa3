"""Constants and types for drivers, in their own language, computed from the data and the output schemas."""
