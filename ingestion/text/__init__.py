"""What a text is about: its language, tone, touchpoint and reasons, with the words that decided."""
