"""What to do with the numbers: replicate, compare with what was reported."""
