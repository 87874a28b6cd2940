"""Many replications: who runs them, what is done, and where it is kept."""
