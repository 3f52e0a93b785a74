"""Tasks of many kinds, each logged in a way of its own, and what is done to them."""
