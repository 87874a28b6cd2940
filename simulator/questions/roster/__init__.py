"""People on shifts: a roster that keeps the rules, as even as can be; or what lacks."""
