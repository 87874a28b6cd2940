"""Which replications are missing, who simulates them, and where their sums are kept."""
