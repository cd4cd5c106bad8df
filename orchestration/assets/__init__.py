"""Assets by stage: landing, warehouse, release, site."""
