"""One channel as numbers: cleaned, resampled, cut, judged. NumPy in, NumPy out."""
