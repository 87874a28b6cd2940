"""Planning: how many call-takers in which intervals or shifts, found by simulation on one fixed set of Calls."""
