"""The benchmark: a national week, against a floor."""
