"""Letters that came by e-mail."""
