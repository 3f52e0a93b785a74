"""The widgets of the terminal app: shown data, they post messages and know no sibling."""
