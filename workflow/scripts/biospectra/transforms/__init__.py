"""Signals to images: one module an image kind, with wavelets, levels and colour."""
