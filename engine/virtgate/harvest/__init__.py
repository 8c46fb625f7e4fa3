"""Upstream source to ledger lines; nothing of that source is ever run."""
