"""What the analysis found, written down: one output format a file."""
