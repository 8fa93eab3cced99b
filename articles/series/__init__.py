"""Articles to be read in an order."""
