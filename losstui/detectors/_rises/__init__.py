"""Rises of a loss that stay: how they are found, dated and doubted, for divergence and what is near to it."""
