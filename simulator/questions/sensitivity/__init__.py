"""What the answer hangs on: assumed values over their ranges, and what they do to the ranking of policies."""
