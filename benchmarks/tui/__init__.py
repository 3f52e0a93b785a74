"""What the terminal screen costs: drawing time, bytes a key."""
