"""Policies and staffings compared on the same drawn calls, caller by caller."""
