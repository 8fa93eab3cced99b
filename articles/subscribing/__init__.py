"""New articles by mail, and the free report."""
