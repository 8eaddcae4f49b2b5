"""What retraining keeps: what it was taught, its nights and its runs."""
