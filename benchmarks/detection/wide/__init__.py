"""Tasks of yet other kinds, logged in yet other ways, and what is done to them."""
