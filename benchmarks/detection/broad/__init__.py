"""Tasks of other kinds again, logged in other ways, and what is done to them."""
