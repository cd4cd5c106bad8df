"""One folder per family: how a region describes it, and functions from a context to an extract."""
