"""Dialogues without labels → a draft desk: groups of like questions, each with its best replies."""
