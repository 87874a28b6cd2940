"""The questions that siaga answers, one folder each; none imports another."""
