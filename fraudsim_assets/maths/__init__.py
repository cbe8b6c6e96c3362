"""Formulas without payments vocabulary: inverse transforms, tables, distances."""
