"""Conversations of the contact centre, with their messages and events."""
