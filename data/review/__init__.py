"""The review queue: which turns are worth a person's time, and what was said about them."""
