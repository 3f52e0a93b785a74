"""Tasks of other fields, logged in other ways, and what is done to them."""
