"""Outcomes become numbers with honest error bars."""
