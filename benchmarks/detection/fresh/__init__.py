"""Tasks that no detector was made with, and what is done to them."""
