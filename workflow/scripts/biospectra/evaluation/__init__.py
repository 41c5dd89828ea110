"""Splits, scores, intervals and comparisons. Numbers in, numbers out."""
