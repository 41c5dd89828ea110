"""Tables of features: one module a kind."""
