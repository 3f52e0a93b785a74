"""Pure functions over numpy arrays: what every detector decides with."""
