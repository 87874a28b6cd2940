"""The trade-off of a family of rules: which of them frees most call-taker time for how many callers shut out."""
