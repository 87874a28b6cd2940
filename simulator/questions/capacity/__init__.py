"""How far calls can grow before a target fails."""
