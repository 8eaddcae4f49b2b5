"""What the log adds up to: figures by day, charts and alerts."""
