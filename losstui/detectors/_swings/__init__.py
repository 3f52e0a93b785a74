"""Losses that go up and down: what order the swings have, and whether validation makes them too."""
