"""Tasks of still more kinds, logged in still more ways, and what is done to them."""
