"""Tasks of perceptrons with other losses than an error or a cross-entropy, or with changed training data."""
