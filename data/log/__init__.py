"""Conversations: what was said, who has them, and how they are found again."""
