"""What a call of `losstui --json` costs from start to end."""
