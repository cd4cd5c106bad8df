"""Suites: functions that give expectations. Great Expectations is imported inside them: it takes 6.5 s."""
