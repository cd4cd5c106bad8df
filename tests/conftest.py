"""What holds for all tests."""

from hypothesis import settings

# a test is right or wrong, not slow: the first example of a text loads the dictionary of Russian forms
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
