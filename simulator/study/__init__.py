"""Replications of designs on the same callers, and what they share."""
