"""Verdicts over HTTP: OpenFeature's remote evaluation protocol, metrics, health and schemas."""
