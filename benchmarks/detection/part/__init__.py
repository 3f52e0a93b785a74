"""Tasks whose loss is a sum of parts that are logged beside it."""
