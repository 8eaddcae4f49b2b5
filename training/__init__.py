"""What the desk's history becomes: an encoder, a classifier, a release."""
