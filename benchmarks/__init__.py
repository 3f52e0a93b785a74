"""Speed, memory and detection quality, each beside its peers in the same run."""
