"""Numbers become what a person reads."""
