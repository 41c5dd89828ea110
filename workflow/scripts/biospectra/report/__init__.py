"""Figures and pages, drawn from results. Nothing is computed here."""
