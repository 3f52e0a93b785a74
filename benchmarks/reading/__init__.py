"""How fast event files are read, beside TensorBoard's two readers and tbparse."""
