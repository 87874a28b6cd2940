"""The shifts under work rules that meet a target."""
