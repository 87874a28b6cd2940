"""The fewest call-takers that meet a target, interval by interval."""
