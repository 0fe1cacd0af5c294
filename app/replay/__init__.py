"""Recorded conversations: read, run again, compared, accepted."""
