"""What was reported of the services beside what is simulated."""
