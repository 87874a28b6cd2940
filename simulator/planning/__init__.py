"""What the questions of staffing share: the search for the cheapest plan, and its integer programme."""
