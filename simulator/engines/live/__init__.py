"""The same calls into a real dispatch API: what is sent at each step, and what comes back, as Outcomes."""
