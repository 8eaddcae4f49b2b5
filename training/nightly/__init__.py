"""What staff corrected by day becomes a better release by morning, or nothing changes."""
