"""Complaints books of the centres."""
