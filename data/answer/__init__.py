"""Templates and articles as people edit them: versions, drafts, checks."""
