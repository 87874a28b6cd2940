"""A real dispatch API as the third engine."""
