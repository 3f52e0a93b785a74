"""How fast text logs are read, beside the parsers others use for them."""
