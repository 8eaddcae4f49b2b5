"""Releases: which is live, and which is on trial beside it."""
