"""File formats: one reader each, and `read`, which chooses between them."""
