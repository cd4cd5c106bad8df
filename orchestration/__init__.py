"""The only folder that imports Dagster: definitions, the runner of many weeks and the ``cx`` command line."""
