"""One module per family of sources: each gives an :class:`ingestion.extract.Extract`."""
