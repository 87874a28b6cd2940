"""A steady load by the formulas of queueing theory."""
