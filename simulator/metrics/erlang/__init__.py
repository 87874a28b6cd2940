"""Closed forms of the profession: what a line of given staff and trunks does with a given load, and the inverses."""
