"""Tests of what texts of citizens and employers are read to say."""
