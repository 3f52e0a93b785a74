"""Tells what is wrong with a training run, since when, and what to do about it."""

__version__ = "0.1.0"
