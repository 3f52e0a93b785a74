"""What the diagnosis of long curves costs."""
