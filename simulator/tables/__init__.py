"""What flows between the rooms: Calls, Staffing, Outcomes, and how they are kept on disk."""
