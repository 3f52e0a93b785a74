"""Tasks whose models are no perceptrons, each with a loss of its own."""
