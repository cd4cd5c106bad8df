"""Surveys of clients."""
