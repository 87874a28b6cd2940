"""Scenario files: read, validated, frozen."""
