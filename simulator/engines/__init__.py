"""Calls and Staffing become Outcomes; nothing is drawn here."""
