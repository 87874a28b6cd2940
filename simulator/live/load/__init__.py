"""A live run: the drawn calls into a real dispatch API, and what became of them there."""
