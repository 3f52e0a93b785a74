"""What it costs to keep up with logs that grow."""
