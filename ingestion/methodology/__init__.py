"""The methodology as reviewed YAML files: how they are read, and what they may hold.

Each kind of file has one module with its models; ``reading.py`` opens files and words errors; ``check.py`` reads
all of them and holds them together.
"""
