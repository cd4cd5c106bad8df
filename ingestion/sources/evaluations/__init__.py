"""Evaluations of quality."""
