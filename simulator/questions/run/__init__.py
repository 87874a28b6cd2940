"""What callers meet under one scenario."""
