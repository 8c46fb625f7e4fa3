"""What a driver loads: gates, verdicts, policy, kept answers; only the standard library's os, sys and io."""
