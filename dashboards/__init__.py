"""The static site: pages for readers, built from the published copy alone.

What does not belong here: arithmetic on metrics (every number comes from a published table) and Dagster.
"""
