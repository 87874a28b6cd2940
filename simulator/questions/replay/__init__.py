"""A recorded table of calls through the floor."""
