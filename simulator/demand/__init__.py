"""A scenario and a seed become Calls and Staffing; everything random is drawn here."""
