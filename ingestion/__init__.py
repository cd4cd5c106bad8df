"""From sources to landing: extraction, privacy, weeks, Parquet. Imports nothing of the other folders."""
