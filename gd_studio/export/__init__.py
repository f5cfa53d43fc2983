"""The export room: what leaves the house, each file written whole or not at all."""
